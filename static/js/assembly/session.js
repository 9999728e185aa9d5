// Nothing typed is lost to an ended sign-in or to the network: before a form is sent, a small page is asked for, and where
// it does not come the form stays and says why. A page of a new sign-in brings a token that the form may be sent with.
//   form[data-guarded]: the address of the small page    [data-lost=signed-out|offline]: what is said then, anywhere
//   [data-lost] may hold a link to sign in, in a new tab

export function guardSending(form) {
  let isSure = false;
  let isAsking = false;
  if (!form.requestSubmit) return;
  form.addEventListener("submit", async (event) => {
    if (isSure || event.defaultPrevented) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const lost = await renew(form);
    isAsking = false;
    if (lost) return document.querySelector(`[data-lost="${lost}"]`)?.focus();
    isSure = true;
    form.requestSubmit(event.submitter);
    isSure = false;
  });
}

/** Put the session's token into the form; what is in the way ("signed-out", "offline") is shown and returned. */
export async function renew(form) {
  let lost = "";
  try {
    const answer = await fetch(form.dataset.guarded, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) lost = "signed-out";
    else if (answer.ok) takeToken(form, await answer.text());
  } catch {
    lost = "offline";
  }
  for (const notice of document.querySelectorAll("[data-lost]")) notice.hidden = notice.dataset.lost !== lost;
  return lost;
}

function takeToken(form, text) {
  const token = new DOMParser().parseFromString(text, "text/html").querySelector("input[name=csrf_token]")?.value;
  const field = form.elements.namedItem("csrf_token");
  if (token && field) field.value = token;
}
