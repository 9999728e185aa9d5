// Lists that are searched. Without script the form's button does the same.
//   input[data-find]          the key / brings the cursor into it, unless somebody is typing somewhere
//   form[data-live="#PART"]   what is typed or chosen shows at once: that part of the page is fetched anew, the address
//                             follows, and the text of its [data-count] is said in the form's [role="status"]

const PAUSE = 350;
let timer, asked;

export function watchFinding() {
  document.addEventListener("keydown", (event) => {
    const field = document.querySelector("input[data-find]");
    if (event.key !== "/" || !field || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-live]");
    if (!form || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => show(form), PAUSE);
  });
}

function isTyping(place) {
  return place instanceof HTMLElement && (place.isContentEditable || place.matches("input, textarea, select"));
}

function addressOf(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  return `${form.getAttribute("action")}?${query}`;
}

async function show(form) {
  asked?.abort();
  asked = new AbortController();
  const address = addressOf(form);
  try {
    const answer = await fetch(address, { signal: asked.signal, credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [part, fresh] = [document.querySelector(form.dataset.live), page.querySelector(form.dataset.live)];
    if (!part || !fresh) return;
    part.replaceWith(document.adoptNode(fresh));
    history.replaceState(null, "", address);
    const say = form.querySelector('[role="status"]');
    if (say) say.textContent = fresh.querySelector("[data-count]")?.textContent ?? "";
  } catch {
    // No answer: what stands stays, and the button asks again.
  }
}
