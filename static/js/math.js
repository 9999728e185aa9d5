// Formulas: every [data-tex] element is laid out in place. katex.render only: markup made as a string would carry
// inline styles, which the content security policy refuses.
import katex from "katex";
import "katex/dist/katex.min.css";

export function renderMath(root = document) {
  for (const element of root.querySelectorAll("[data-tex]:not([data-tex-done])")) {
    const tex = element.getAttribute("data-tex");
    try {
      katex.render(tex, element, {
        displayMode: element.hasAttribute("data-display"),
        throwOnError: true,
        trust: false,
        strict: "ignore",
        maxExpand: 200,
        maxSize: 20,
      });
    } catch (error) {
      element.textContent = tex; // the source stays readable
      element.setAttribute("data-tex-error", error.position ?? "");
    }
    element.setAttribute("data-tex-done", "");
  }
}

renderMath();
document.addEventListener("htmx:after:swap", (event) => renderMath(event.target instanceof Element ? event.target : document));
// The exam room swaps questions itself: it asks for the formulas of what it has put in.
document.addEventListener("eb:content", (event) => renderMath(event.target instanceof Element ? event.target : document));
