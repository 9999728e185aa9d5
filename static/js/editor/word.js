// What is pasted from Word (or a browser, Google Docs, LibreOffice) becomes what our texts may hold: paragraphs, bold, italic,
// underline, sub, sup, headings, lists, tables. Styles, classes, fonts, comments, o:p, conditional parts fall away.
// Pure: HTML in, plain values out.

const INLINE = [
  [/(?:^|;)\s*font-weight\s*:\s*(bold|[6-9]00)/i, "b"],
  [/(?:^|;)\s*font-style\s*:\s*italic/i, "i"],
  [/text-decoration[^;]*:\s*[^;]*underline/i, "u"],
  [/text-decoration[^;]*:\s*[^;]*line-through/i, "s"],
  [/vertical-align\s*:\s*super/i, "sup"],
  [/vertical-align\s*:\s*sub(?!\w)/i, "sub"],
  [/(?:^|[;\s])color\s*:\s*(?:red|#f{2}0{4}|#c0{5}|rgb\(255,\s*0,\s*0\))|mso-highlight|background[^;]*:\s*yellow/i, "mark"],
];
const NOT_TEXT = "style, script, meta, link, title, xml, template, noscript, iframe, object, del, .MsoCommentReference, [data-style*='mso-element:comment'], [data-style*='mso-comment-'], [data-style*='mso-hide:all'], [data-style*='display:none'], [data-style*='display: none'], colgroup";
const KEPT_TAGS = new Set("P BR B STRONG I EM U S SUB SUP UL OL LI BLOCKQUOTE CODE PRE TABLE THEAD TBODY TR TH TD SPAN H3 H4 IMG MARK".split(" "));
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre, div, li";
const OURS = "span[data-tex], span[data-gap], span.eb-blank, img[data-media]";

/** Gives {holder, lost, files}: an element with the cleaned content, pictures that could not come, pictures that can be sent. */
export function cleanPaste(html) {
  const page = new DOMParser().parseFromString(disarm(html), "text/html");
  const body = page.body;
  dropComments(page);
  body.querySelectorAll(NOT_TEXT).forEach((node) => node.remove());
  const pictures = takePictures(body);
  body.querySelectorAll("[data-style*='mso-tab-count']").forEach((node) => node.replaceWith("\t"));
  readStyles(page, body);
  makeLists(page, body);
  renameHeadings(page, body);
  flatten(page, body);
  tidyText(page, body);
  dropEmpty(body);
  strip(body);
  return { holder: body, ...pictures };
}

// Even a page that is only read reports every style and handler to the content policy: they are renamed before it is parsed.
function disarm(html) {
  return html
    .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi, (tag) => tag.replace(/([\s/"'])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"));
}

function dropComments(page) {
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  found.forEach((node) => node.remove());
}

// Word names its pictures by files of its own (file:///C:/...), which a page may not read; an address of the internet is
// not the bank's either. What is inside the paste itself (data:) can be sent.
function takePictures(body) {
  const files = [];
  let lost = 0;
  for (const picture of body.querySelectorAll("img:not([data-media])")) {
    const file = fileOf(picture.getAttribute("src") ?? "");
    if (file) files.push(file);
    else lost += 1;
    picture.remove();
  }
  return { lost, files };
}

function fileOf(address) {
  const found = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/.exec(address);
  if (!found) return null;
  const bytes = Uint8Array.from(atob(found[2].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  return new File([bytes], `picture.${found[1].slice(6)}`, { type: found[1] });
}

function readStyles(page, body) {
  for (const node of body.querySelectorAll("span, font, b, strong, i, em, u, a")) {
    const style = node.getAttribute("data-style") ?? "";
    if (/mso-list\s*:\s*ignore/i.test(style) || node.matches(OURS)) continue;
    // Google Docs wraps everything into <b style="font-weight:normal">
    const undone = /^(B|STRONG)$/.test(node.nodeName) && /(?:^|;)\s*font-weight\s*:\s*(normal|400)/i.test(style);
    for (const [pattern, tag] of INLINE) {
      if (pattern.test(style) && !(tag === "u" && node.nodeName === "A")) wrapInside(page, node, tag);
    }
    if (/^(FONT|SPAN|A)$/.test(node.nodeName) || undone) {
      if (node.nodeName === "FONT" && /red|#f{2}0{4}/i.test(node.getAttribute("color") ?? "")) wrapInside(page, node, "mark");
      node.replaceWith(...node.childNodes);
    }
  }
}

function wrapInside(page, node, tag) {
  if (node.nodeName.toLowerCase() === tag) return;
  const wrap = page.createElement(tag);
  wrap.append(...node.childNodes);
  node.append(wrap);
}

// A list of Word is a row of paragraphs that say their level; the sign they show stands in a part to be ignored.
function makeLists(page, body) {
  let run = [];
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const item = listItem(paragraph);
    const follows = run.length && paragraph.previousElementSibling === run[run.length - 1].paragraph;
    if (run.length && (!item || !follows)) {
      build(page, run);
      run = [];
    }
    if (item) run.push(item);
  }
  if (run.length) build(page, run);
}

function listItem(paragraph) {
  const style = paragraph.getAttribute("data-style") ?? "";
  const place = /mso-list\s*:\s*(l\d+)\s+level(\d+)/i.exec(style);
  if (!place) return null;
  const sign = paragraph.querySelector("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore'], [data-style*='mso-list:ignore']");
  const marker = (sign?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  sign?.remove();
  return { paragraph, list: place[1], level: Number(place[2]), marker, tag: /^\(?[0-9A-Za-z]{1,4}[.)\]/:]/.test(marker) ? "ol" : "ul" };
}

function build(page, run) {
  const stack = []; // open lists, outermost first
  const start = run[0].paragraph;
  for (const item of run) {
    while (stack.length && stack[stack.length - 1].level > item.level) stack.pop();
    let top = stack[stack.length - 1];
    if (top && top.level === item.level && (top.node.localName !== item.tag || top.list !== item.list)) {
      stack.pop();
      top = stack[stack.length - 1];
    }
    if (!top || top.level < item.level) {
      const node = page.createElement(item.tag);
      if (top) top.node.lastElementChild.append(node);
      else start.before(node);
      top = { node, level: item.level, list: item.list };
      stack.push(top);
    }
    const entry = page.createElement("li");
    const words = page.createElement("p");
    words.append(...item.paragraph.childNodes);
    entry.append(words);
    entry.dataset.marker = item.marker;
    top.node.append(entry);
  }
  run.forEach((item) => item.paragraph.remove());
}

function renameHeadings(page, body) {
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const made = page.createElement(/[12]/.test(heading.nodeName) ? "h3" : "h4");
    made.append(...heading.childNodes);
    heading.replaceWith(made);
  }
}

// Divisions and strange tags (o:p, v:shape, section ...) give way to what they hold; loose words become paragraphs.
function flatten(page, body) {
  for (const node of [...body.querySelectorAll("*")].reverse()) {
    if (node.nodeName === "DIV" && !node.querySelector(BLOCKS)) {
      const paragraph = page.createElement("p");
      paragraph.append(...node.childNodes);
      node.replaceWith(paragraph);
    } else if (!KEPT_TAGS.has(node.nodeName)) node.replaceWith(...node.childNodes);
  }
  if (!body.querySelector(BLOCKS)) return;
  let loose = null;
  for (const node of [...body.childNodes]) {
    if (node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS)) loose = null;
    else if (loose || node.textContent.trim() || node.nodeType === Node.ELEMENT_NODE) {
      if (!loose) {
        loose = page.createElement("p");
        node.before(loose);
      }
      loose.append(node);
    }
  }
}

// Line ends of the source are spaces; hard spaces of Word are plain ones. Tabs and double spaces stay for now: they part
// options that stand in one line (see options.js, which calls closeUp after reading them).
function tidyText(page, body) {
  for (const node of textNodes(page, body)) {
    if (node.parentElement.closest("pre")) continue;
    node.data = node.data.replace(/[\r\n]+/g, " ").replace(/\u00a0/g, " ").replace(/[\u200b\ufeff\u00ad]/g, "");
  }
}

export function textNodes(page, root) {
  const walker = page.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function dropEmpty(body) {
  for (const node of [...body.querySelectorAll("p, h3, h4, li, b, strong, i, em, u, s, sub, sup, span, mark")].reverse()) {
    const holds = node.textContent.trim() || node.querySelector(`img, table, ${OURS}`) || node.matches(OURS);
    if (holds || node.closest("td, th")) continue;
    if (/^(P|H3|H4|LI)$/.test(node.nodeName)) node.remove();
    else node.replaceWith(...node.childNodes);
  }
}

function strip(body) {
  for (const node of body.querySelectorAll("*")) {
    const isOurs = node.matches(OURS);
    for (const { name } of [...node.attributes]) {
      const isSpan = /^(TD|TH)$/.test(node.nodeName) && /^(colspan|rowspan)$/.test(name);
      if (!isSpan && name !== "data-marker" && !(isOurs && /^(data-tex|data-gap|data-media|alt|class)$/.test(name))) node.removeAttribute(name);
    }
  }
}

/** The HTML to put into a text, after options were looked for: one space between words, no marks left. */
export function closeUp(holder) {
  const page = holder.ownerDocument;
  holder.querySelectorAll("mark").forEach((node) => node.replaceWith(...node.childNodes));
  holder.querySelectorAll("[data-marker]").forEach((node) => node.removeAttribute("data-marker"));
  holder.normalize();
  for (const node of textNodes(page, holder)) {
    if (!node.parentElement.closest("pre")) node.data = node.data.replace(/[ \t]+/g, " ");
  }
  for (const block of holder.querySelectorAll("p, h3, h4, li, td, th")) trim(page, block);
  return holder.innerHTML.trim();
}

function trim(page, block) {
  const texts = textNodes(page, block);
  if (texts.length && !texts[0].previousSibling) texts[0].data = texts[0].data.replace(/^ +/, "");
  const last = texts[texts.length - 1];
  if (last && !last.nextSibling) last.data = last.data.replace(/ +$/, "");
}
