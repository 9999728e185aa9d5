// Dialogs through <dialog>.
//   form[data-confirm="question"]        asks before it sends
//   [data-dialog="DIALOG-ID"]            opens that dialog; a link with it leads, without script, to a page that asks the same
//   [data-close] in a dialog             closes it
// The words of the built question come from <body data-say-cancel data-say-confirm>.

const able = typeof HTMLDialogElement === "function" && "showModal" in HTMLDialogElement.prototype;

export function watchDialogs() {
  // Before htmx and before the form counts as sent.
  document.addEventListener("submit", ask, true);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target && target.closest("[data-dialog]");
    if (opener && able) {
      const dialog = document.getElementById(opener.getAttribute("data-dialog"));
      if (dialog) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    const closer = target && target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });
}

function ask(event) {
  const form = event.target;
  const question = form.getAttribute("data-confirm");
  if (!question || form.hasAttribute("data-confirmed")) {
    form.removeAttribute("data-confirmed");
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const submitter = event.submitter;
  const send = () => {
    form.setAttribute("data-confirmed", "");
    form.requestSubmit(submitter);
  };
  if (!able) {
    if (window.confirm(question)) send();
    return;
  }
  const dialog = build(question, submitter);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") send();
    else submitter?.focus();
  });
  dialog.showModal();
}

function build(question, submitter) {
  const say = document.body.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "eb-dialog";
  dialog.setAttribute("aria-labelledby", "eb-question");
  const title = document.createElement("h2");
  title.id = "eb-question";
  title.textContent = question;
  const row = document.createElement("form");
  row.method = "dialog";
  row.className = "eb-buttons is-end";
  const danger = submitter?.classList.contains("is-danger");
  const label = submitter?.textContent.trim().replace(/…$/, "") || say.sayConfirm;
  row.append(button("no", say.sayCancel, ""), button("yes", label, danger ? " is-danger" : " is-primary"));
  dialog.append(title, row);
  return dialog;
}

function button(value, label, kind) {
  const made = document.createElement("button");
  made.className = "eb-button" + kind;
  made.value = value;
  made.textContent = label;
  return made;
}
