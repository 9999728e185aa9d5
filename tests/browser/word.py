"""What Word puts on the clipboard, as it writes it: written by hand after its HTML, cut to what matters."""

_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns:m="http://schemas.microsoft.com/office/2004/12/omml"
xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/GV/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<style><!-- /* Font Definitions */ @font-face {font-family:"Times New Roman";}
p.MsoNormal {margin:0cm; font-size:14.0pt;} --></style></head>
<body lang=VI style='tab-interval:36.0pt;word-wrap:break-word'><!--StartFragment-->"""
_TAIL = "<!--EndFragment--></body></html>"

TEXT = (
    _HEAD
    + """
<h1><span lang=VI style='font-family:"Times New Roman",serif;color:#2F5496'>Chương 1. Đảng<o:p></o:p></span></h1>
<p class=MsoNormal style='margin-bottom:6.0pt;text-align:justify'><span lang=VI style='font-size:14.0pt;
font-family:"Times New Roman",serif'>Đoạn một có chữ <b style='mso-bidi-font-weight:normal'>đậm</b>, <i
style='mso-bidi-font-style:normal'>nghiêng</i>,&nbsp;<u>gạch chân</u> và <span style='font-weight:bold'>đậm kiểu
khác</span><a style='mso-comment-reference:GV_1;mso-comment-date:20260901T0800'></a><span class=MsoCommentReference><span
style='font-size:8.0pt'><![if !supportAnnotations]><a href="#_msocom_1">[GV1]</a><![endif]></span></span>.<o:p></o:p></span></p>
<p class=MsoNormal><span lang=VI>H<sub>2</sub>O, m<span style='vertical-align:super'>2</span><o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal><span lang=VI><!--[if gte vml 1]><v:shape id="Picture_1" o:spid="_x0000_i1025"><v:imagedata
src="file:///C:/Users/GV/AppData/Local/Temp/msohtmlclip1/01/clip_image001.png" o:title=""/></v:shape><![endif]-->
<![if !vml]><img width=120 height=80 src="file:///C:/Users/GV/AppData/Local/Temp/msohtmlclip1/01/clip_image002.png"
v:shapes="Picture_1"><![endif]><o:p></o:p></span></p>
<p class=MsoNormal><img src="file:///C:/Users/GV/AppData/Local/Temp/msohtmlclip1/01/clip_image003.png"></p>
<div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff><![endif]>
<div style='mso-element:comment'><p class=MsoCommentText>Sửa lại chỗ này</p></div></div>"""
    + _TAIL
)
"""A heading, formatted words, a comment, an empty line, two pictures of Word's own folder."""


def _item(place: str, level: int, sign: str, words: str, font: str = "Times New Roman") -> str:
    return f"""<p class=MsoListParagraphCxSp{place} style='margin-left:{36 * level}.0pt;text-indent:-18.0pt;
mso-list:l0 level{level} lfo1'><![if !supportLists]><span lang=VI style='font-family:"{font}"'><span
style='mso-list:Ignore'>{sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]><span
lang=VI>{words}<o:p></o:p></span></p>"""


LISTS = (
    _HEAD
    + """<p class=MsoNormal><span lang=VI>Các bước:<o:p></o:p></span></p>"""
    + _item("First", 1, "1.", "Chuẩn bị")
    + _item("Middle", 2, "o", "văn kiện", "Courier New")
    + _item("Middle", 2, "o", "hội trường", "Courier New")
    + _item("Last", 1, "2.", "Tiến hành")
    + """<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'>
<tr style='mso-yfti-irow:0'><td width=312 valign=top style='width:233.75pt;border:solid windowtext 1.0pt'><p
class=MsoNormal><b><span lang=VI>Cấp<o:p></o:p></span></b></p></td><td width=312 colspan=2 style='width:2pt'><p
class=MsoNormal><span lang=VI>Nhiệm kỳ<o:p></o:p></span></p></td></tr>
<tr><td><p class=MsoNormal>Chi bộ</p></td><td><p class=MsoNormal>5</p></td><td><p class=MsoNormal>năm</p></td></tr></table>"""
    + _TAIL
)
"""A numbered list with bullets inside, and a table with a wide cell."""

OPTIONS = (
    _HEAD
    + """<p class=MsoNormal><b><span lang=VI>Câu 12.</span></b><span lang=VI> Nguyên tắc tổ chức cơ bản của Đảng là gì?<o:p></o:p></span></p>
<p class=MsoNormal><span lang=VI>A. Tự phê bình<span style='mso-tab-count:2'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span><b><span
style='color:red'>B. Tập trung dân chủ</span></b><o:p></o:p></span></p>
<p class=MsoNormal><span lang=VI>C. Kỷ luật <i>nghiêm minh</i>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; D. Gắn bó với dân<o:p></o:p></span></p>"""
    + _TAIL
)
"""A question with its four options in two lines, the right one bold and red."""

NUMBERED_OPTIONS = (
    _HEAD
    + "<p class=MsoNormal>Cơ quan lãnh đạo cao nhất?</p>"
    + _item("First", 1, "A.", "Đại hội")
    + _item("Middle", 1, "B.", "Ban Chấp hành")
    + _item("Last", 1, "C.", "Bộ Chính trị")
    + "<p class=MsoNormal>Đáp án: A</p>"
    + _TAIL
)
"""Options that Word numbers by itself, and a line that names the right one."""
