// The room's page as the server sent it, to be kept for a reload without network, pictures and formulas included.
import { all, one } from "./words.js";

const MATH = /\/math-/;

function asDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export class Page {
  // Read before anything has touched it: formulas are laid out anew after a reload.
  constructor() {
    this.isFurnished = Boolean(one("#room section[data-question]"));
    this.html = document.body.innerHTML;
  }

  // What came later in the place of questions that are no longer open.
  replaceQuestions(htmls) {
    const copy = new DOMParser().parseFromString(this.html, "text/html");
    for (const section of all("#room section[data-question]", copy)) section.remove();
    one("#save-state", copy).insertAdjacentHTML("beforebegin", htmls.join(""));
    this.html = copy.body.innerHTML;
  }

  async collect() {
    const copy = new DOMParser().parseFromString(this.html, "text/html");
    for (const image of all("img[src^='/sit/']", copy)) {
      try {
        const response = await fetch(image.getAttribute("src"));
        if (response.ok) image.setAttribute("src", await asDataUrl(await response.blob()));
      } catch {
        // without network now: the question's alternative text stands in
      }
    }
    const files = all("head link[rel=stylesheet], head script[src]").map((node) => node.getAttribute("href") || node.getAttribute("src"));
    return {
      html: copy.body.innerHTML,
      title: document.title,
      looks: { ...document.documentElement.dataset },
      math: files.filter((url) => MATH.test(url)),
    };
  }

  restore(page) {
    this.html = page.html;
    document.body.innerHTML = page.html;
    document.title = page.title;
    Object.assign(document.documentElement.dataset, page.looks);
    for (const url of page.math) {
      const node = document.createElement(url.endsWith(".css") ? "link" : "script");
      Object.assign(node, url.endsWith(".css") ? { rel: "stylesheet", href: url } : { src: url });
      document.head.append(node);
    }
    this.isFurnished = true;
  }
}
