// A form is sent once: the second click does nothing, and <form data-once> carries a key by which the server
// knows a repetition. Without this file the server's own guards still hold.

const LOCK_MS = 15000; // a server that does not answer by then may be asked again

function uuid() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function withKey(form) {
  const name = form.dataset.once || "key";
  let field = form.elements.namedItem(name);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  if (!field.value) field.value = uuid();
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("button[data-held]").forEach((button) => {
    button.removeAttribute("data-held");
    button.removeAttribute("aria-disabled");
  });
}

document.querySelectorAll("form[data-once]").forEach(withKey);

document.addEventListener("submit", (event) => {
  const form = event.target;
  const isPost = (form.getAttribute("method") || "").toLowerCase() === "post"; // form.method may be an input's name
  if (!isPost || form.matches("[hx-post]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if ("once" in form.dataset) withKey(form);
  form.dataset.sent = "1";
  form.querySelectorAll("button:not([type=button])").forEach((button) => {
    button.setAttribute("data-held", "");
    button.setAttribute("aria-disabled", "true"); // not disabled: its name and value must travel
  });
  window.setTimeout(() => release(form), LOCK_MS);
});

window.addEventListener("pageshow", (event) => { // back from the next page
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
