// Forms: one click sends once, the error summary gets the focus, a chosen file shows its name, a password can be shown.
//   [data-autofocus]   [data-file-name="INPUT-ID"]   [data-show-password="INPUT-ID"]   [data-back]   form[data-repeat]: may be sent again

const WAIT = 15000; // a form that answers with a download leaves the page standing: its buttons wake again

export function watchForms() {
  document.addEventListener("submit", sendOnce);
  document.addEventListener("change", showFileName);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const unavailable = target.closest('[aria-disabled="true"]');
    if (unavailable) event.preventDefault();
    const shower = target.closest("[data-show-password]");
    if (shower) showPassword(shower);
    const back = target.closest("[data-back]");
    if (back && history.length > 1) {
      event.preventDefault();
      history.back();
    }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(wake));
}

export function prepareFields(root) {
  root.querySelectorAll("[data-show-password][hidden]").forEach((button) => button.removeAttribute("hidden"));
  const summary = root.querySelector("[data-autofocus]:not([data-focused])");
  if (summary) {
    summary.setAttribute("data-focused", "");
    summary.focus();
  }
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeat")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  // After the browser has read the form: a disabled button would not send its name.
  setTimeout(() => buttonsOf(form).forEach((button) => button.setAttribute("aria-disabled", "true")), 0);
  setTimeout(() => wake(form), WAIT);
}

function wake(form) {
  if (form.getAttribute("aria-busy") !== "true") return;
  form.removeAttribute("aria-busy");
  buttonsOf(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

// Only those that were available before.
function buttonsOf(form) {
  return [...form.elements].filter((one) => one.type === "submit" && !(one.hasAttribute("aria-disabled") && one.hasAttribute("aria-describedby")));
}

function showFileName(event) {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  const place = document.querySelector(`[data-file-name="${CSS.escape(input.id)}"]`);
  if (!place) return;
  const files = [...input.files];
  place.textContent = files.map((file) => `${file.name} (${sizeOf(file.size)})`).join(", ");
  place.hidden = files.length === 0;
}

function sizeOf(bytes) {
  const language = document.documentElement.lang || "vi";
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${value.toLocaleString(language, { maximumFractionDigits: 1 })}\u00a0${unit}`;
}

function showPassword(button) {
  const input = document.getElementById(button.getAttribute("data-show-password"));
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}
