"""Small hand-written files of the formats that are only read, and odd ones of the others: what fuzzing begins with."""

SEEDS = [
    ("a.gift", """// comment [id:x] [tag:y]
$CATEGORY: a/b

::Tên:: [html]Thủ đô <b>nào</b>? {=Hà Nội#đúng ~%50%Huế#gần ~Vinh ####chung}

Hai {=2} cộng {1:MC:~1~=2#x} \\{ \\= \\} {#3:0.1} {T} {}

Nối {=a -> b =c -> d}
"""),
    ("b.txt", "Câu hỏi một\ndòng hai?\nA. Một\nB) Hai\nC. Ba\nANSWER: B\n\nCâu hai?\nA. x\nB. y\nANSWER: A\n"),
    ("c.txt", "MC\tHỏi?\tMột\tcorrect\tHai\tincorrect\nTF\tĐúng?\ttrue\nFIB\tĐiền\ta\tb\nMAT\tNối\ta\tb\tc\td\nNUM\tBao nhiêu?\t3\t0.1\n"),
    ("d.xml", """<problem display_name="Một"><p>Hỏi?</p><multiplechoiceresponse><choicegroup>
<choice correct="true">A<choicehint>vì</choicehint></choice><choice correct="false">B</choice></choicegroup></multiplechoiceresponse>
<numericalresponse answer="3.14"><responseparam type="tolerance" default="5%"/><formulaequationinput/></numericalresponse>
<stringresponse answer="x" type="ci"><additional_answer answer="y"/><textline/></stringresponse>
<solution><p>Vì thế</p></solution></problem>"""),
    ("e.xml", """<POOL><TITLE value="x"/><QUESTIONLIST><QUESTION id="q1" class="QUESTION_MULTIPLECHOICE"/></QUESTIONLIST>
<QUESTION_MULTIPLECHOICE id="q1"><BODY><TEXT>Hỏi?</TEXT></BODY><ANSWER id="a1"><TEXT>A</TEXT></ANSWER><ANSWER id="a2"><TEXT>B</TEXT>
</ANSWER><GRADABLE><CORRECTANSWER answer_id="a1"/></GRADABLE></QUESTION_MULTIPLECHOICE></POOL>"""),
    ("f.xml", """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>
<mapping lowerBound="-1" defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/></mapping></responseDeclaration>
<itemBody><p>H<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mi>x</mi></mfrac></math></p>
<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>?</prompt><simpleChoice identifier="A" fixed="true">a</simpleChoice>
<simpleChoice identifier="B">b<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">no</feedbackInline></simpleChoice></choiceInteraction>
<p>Điền <textEntryInteraction responseIdentifier="R2"/></p></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/></assessmentItem>"""),
    ("g.xml", """<questestinterop><assessment ident="a" title="T"><section ident="s"><item ident="1" title="x"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>multiple_answers_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;Hỏi&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Multiple"><render_choice>
<response_label ident="7"><material><mattext>a</mattext></material></response_label><response_label ident="8"><material><mattext>b</mattext></material>
</response_label></render_choice></response_lid></presentation><resprocessing><outcomes><decvar/></outcomes><respcondition><conditionvar><and>
<varequal respident="r">7</varequal><not><varequal respident="r">8</varequal></not></and></conditionvar><setvar action="Set">100</setvar></respcondition>
</resprocessing></item></section></assessment></questestinterop>"""),
    ("h.xml", """<quiz><question type="category"><category><text>$course$/top/A</text></category></question><question type="cloze"><name><text>c</text></name>
<questiontext format="html"><text><![CDATA[<p>Một {1:MC:~a~=b#x} và {2:SA:=c~%50%d} và {:NM:=3:0.1}</p>]]></text></questiontext></question>
<question type="stack"><name><text>s</text></name></question><question type="multichoice"><name><text>m</text></name><questiontext format="markdown">
<text>**Hỏi**?</text></questiontext><single>False</single><answer fraction="33.33333"><text>a</text></answer><answer fraction="66.66667"><text>b</text></answer>
<answer fraction="-50"><text>c</text><feedback><text>f</text></feedback></answer></question></quiz>"""),
    ("i.csv", "STT;Câu hỏi;A;B;C;D;Đáp án;Mức độ\n1;Hỏi?;a;b;c;d;B;Nhận biết\n2;Hỏi nữa?;=1+1;b;;;A,B;\n"),
    ("j.json", '{"format": "exambank-bank", "version": 1, "items": [{"kind": "ordering", "text": {"stem": "x", "content": {"options": [{"token": "1"}]}}}]}'),
]  # fmt: skip
SEEDS = [(name, text.encode()) for name, text in SEEDS]
