// <form data-autosave="/address/">: saves by itself every 20 s when changed and shortly after leaving a changed
// cell, keeps a copy in this browser until the server has answered, shows what is stored. The form's own button
// saves without this file.
//
// The answer: 200 {version, saved_at, findings, findings_html}; 409 the two values of a conflict (html into
// #conflicts) or {detail}; 401 the session is over: relogin.js asks, then the save is tried again.

const EVERY_MS = 20000;
const AFTER_BLUR_MS = 600;
const RETRY_MS = [3000, 10000, 20000];
const WORD = { 阻断: "block", 提示: "hint" };

function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function clock(moment) {
  return moment.toLocaleTimeString("zh-CN", { hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Asia/Shanghai" });
}

function glyph(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "jx-g");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#g-${name}`);
  svg.append(use);
  return svg;
}

function fromHtml(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return box.content;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave || form.getAttribute("action") || window.location.pathname;
    this.place = document.getElementById("save-state");
    this.key = `jx:draft:${document.body.dataset.user || ""}:${this.url}:${form.dataset.revision || ""}`;
    this.stored = "unsaved" in form.dataset ? "" : this.body(); // a refused save shows what is stored nowhere
    this.saving = false;
    this.again = false;
    this.paused = false;
    this.failures = 0;
    this.asked = false;
    this.wire();
    this.offerCopy();
  }

  wire() {
    this.form.addEventListener("input", () => this.touch());
    this.form.addEventListener("change", () => this.soon());
    this.form.addEventListener("focusout", () => this.soon());
    this.form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      this.paused = true;
      window.clearTimeout(this.copying);
      this.keepCopy(true);
    });
    window.setInterval(() => this.save(), EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.isChanged() && !this.paused && !this.hasCopy()) event.preventDefault();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.paused = false;
    });
  }

  // ---- what there is to save
  body() {
    const pairs = Array.from(new FormData(this.form)).filter(([name, value]) =>
      typeof value === "string" && !["csrfmiddlewaretoken", "version"].includes(name));
    return new URLSearchParams(pairs).toString();
  }

  isChanged() {
    return this.body() !== this.stored;
  }

  versionField() {
    return this.form.elements.namedItem("version");
  }

  touch() {
    window.clearTimeout(this.copying);
    this.copying = window.setTimeout(() => { if (this.isChanged()) this.keepCopy(false); }, 300);
  }

  soon() {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.save(), AFTER_BLUR_MS);
  }

  // ---- saving
  async save() {
    if (this.paused || !this.isChanged()) return;
    if (this.saving) {
      this.again = true;
      return;
    }
    this.saving = true;
    const sent = this.body();
    this.keepCopy(false);
    this.show("busy", "正在保存…");
    try {
      const data = new URLSearchParams(sent);
      data.set("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken"));
      data.set("version", this.field("version"));
      const answer = await fetch(this.url, {
        method: "POST",
        body: data,
        credentials: "same-origin",
        headers: { "X-Autosave": "true", Accept: "application/json, text/html;q=0.9" },
      });
      await this.read(answer, sent);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says so when the network failed
      this.retry();
    } finally {
      this.saving = false;
    }
    if (this.again) {
      this.again = false;
      this.soon();
    }
  }

  field(name) {
    const found = this.form.elements.namedItem(name);
    return found ? found.value : "";
  }

  async read(answer, sent) {
    const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
    const login = document.body.dataset.loginUrl;
    const atLogin = answer.redirected && new URL(answer.url).pathname === login;
    if (answer.status === 401 || atLogin) {
      this.ended(isJson ? (await answer.json()).relogin : undefined);
    } else if (answer.status === 403 && !isJson && !this.asked) {
      this.ended(undefined); // most often another log-in changed the form's token
    } else if (answer.status === 403) {
      this.stop(isJson ? (await answer.json()).detail : "没有权限保存这张表（本机已留存）");
    } else if (answer.status === 409) {
      await this.conflict(answer, isJson);
    } else if (answer.ok && isJson) {
      this.done(await answer.json(), sent);
    } else if (answer.status >= 400 && answer.status < 500) {
      this.stop(isJson ? (await answer.json()).detail : "没存上，刷新本页再填（本机已留存）");
    } else {
      this.retry();
    }
  }

  done(reply, sent) {
    this.stored = sent;
    this.failures = 0;
    this.asked = false;
    if (reply.version !== undefined) this.setVersion(reply.version);
    if (this.isChanged()) this.keepCopy(false);
    else window.localStorage.removeItem(this.key);
    this.show("", `已保存 ${clock(reply.saved_at ? new Date(reply.saved_at) : new Date())}`, "check");
    if (reply.findings_html) this.findings(reply.findings_html);
    if (reply.findings) this.mark(reply.findings);
    emit("jx:contact", {});
    emit("jx:saved", { form: this.form, reply });
  }

  setVersion(version) {
    document.querySelectorAll("form input[name=version]").forEach((field) => { field.value = version; });
    if (this.versionField()) this.versionField().value = version;
  }

  retry() {
    this.show("bad", "没存上，正在重试（本机已留存）", "block");
    if (!this.failures) emit("jx:say", { text: "没存上，正在重试，本机已留存。" });
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    window.clearTimeout(this.retrying);
    this.retrying = window.setTimeout(() => this.save(), wait);
  }

  stop(text) {
    this.paused = true;
    this.show("bad", text, "block");
    emit("jx:say", { text });
  }

  ended(relogin) {
    this.asked = true;
    this.paused = true;
    this.show("bad", "登录已过期，内容留在本机", "block");
    const retry = () => {
      this.paused = false;
      this.save();
    };
    emit("jx:session-ended", { relogin, retry });
  }

  async conflict(answer, isJson) {
    const place = document.getElementById("conflicts");
    this.stop("没存上：内容有冲突（本机已留存）");
    if (isJson || !place) {
      const text = isJson ? (await answer.json()).detail : "这张表刚被别人改过。刷新本页看两边的值。";
      emit("jx:notice", { text });
      return;
    }
    place.replaceChildren(fromHtml(await answer.text()));
    if (window.htmx) window.htmx.process(place);
    const fresh = place.querySelector("[data-version]"); // both values are on the page now: 保存 decides between them
    if (fresh) this.setVersion(fresh.dataset.version);
    place.setAttribute("tabindex", "-1");
    place.focus();
    place.scrollIntoView({ block: "start" });
  }

  // ---- what the page shows
  show(kind, text, shape) {
    if (!this.place) return;
    this.place.className = `jx-save${kind ? ` is-${kind}` : ""}`;
    this.place.textContent = text;
    if (shape) this.place.prepend(glyph(shape));
  }

  findings(html) {
    const now = document.getElementById("findings");
    if (!now) return;
    const next = fromHtml(html).querySelector("#findings");
    if (next) now.replaceWith(next);
  }

  mark(findings) {
    this.form.querySelectorAll(".has-block,.has-hint").forEach((cell) => {
      if (cell.matches("[data-total]")) return; // grid.js looks after it
      cell.classList.remove("has-block", "has-hint");
      cell.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
    });
    this.form.querySelectorAll(".jx-mark").forEach((mark) => mark.remove());
    findings.slice().reverse().forEach((finding) => this.markOne(finding)); // the first one wins
  }

  markOne(finding) {
    const cell = document.getElementById(`c-${finding.path}`);
    const shape = WORD[finding.severity];
    if (!cell || !shape || !this.form.contains(cell) || cell.matches("tr")) return;
    const control = cell.querySelector("input:not([type=hidden]),select,textarea");
    cell.classList.remove("has-block", "has-hint");
    cell.classList.add(`has-${shape}`);
    cell.querySelectorAll(".jx-mark").forEach((mark) => mark.remove());
    if (!control || cell.matches("[data-total]")) return;
    if (shape === "block") control.setAttribute("aria-invalid", "true");
    if (!control.matches("input")) return; // the colour and the panel say it; a mark would cover the words
    const mark = document.createElement("span");
    mark.className = "jx-mark";
    mark.setAttribute("aria-hidden", "true");
    mark.append(glyph(shape), shape === "hint" ? "提示" : (control.value.trim() ? "要改" : "必填"));
    cell.prepend(mark);
  }

  // ---- the copy in this browser
  keepCopy(isSubmitted) {
    const copy = { body: this.body(), version: this.field("version"), at: Date.now(), isSubmitted };
    try {
      window.localStorage.setItem(this.key, JSON.stringify(copy));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // full or switched off: only the server keeps it then
    }
  }

  hasCopy() {
    return window.localStorage.getItem(this.key) !== null;
  }

  offerCopy() {
    const text = window.localStorage.getItem(this.key);
    const copy = text ? JSON.parse(text) : null;
    if (!copy) return;
    const isOld = copy.isSubmitted && copy.version !== this.field("version");
    if (isOld || copy.body === this.stored) {
      window.localStorage.removeItem(this.key);
      return;
    }
    this.ask(copy);
  }

  ask(copy) {
    const box = document.createElement("div");
    box.className = "jx-banner huang";
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "本机留存的内容");
    const words = document.createElement("div");
    const at = new Date(copy.at);
    const day = Date.now() - copy.at > 12 * 3600 * 1000 ? `${at.getMonth() + 1}月${at.getDate()}日 ` : "";
    words.textContent = `本机留有${day}${clock(at)}没存上的内容，和现在显示的不同。`;
    box.append(glyph("hint"), words, this.button("放回表里", () => this.restore(copy, box)), this.button("不要了", () => {
      window.localStorage.removeItem(this.key);
      box.remove();
    }));
    document.getElementById("notices").append(box);
  }

  button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  restore(copy, box) {
    const values = new URLSearchParams(copy.body);
    const table = this.form.querySelector("table[data-grid]");
    if (table) table.dispatchEvent(new CustomEvent("jx:rows", { detail: { names: Array.from(values.keys()) } }));
    Array.from(this.form.elements).forEach((control) => {
      if (!control.name || ["csrfmiddlewaretoken", "version"].includes(control.name) || control.type === "file") return;
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = values.getAll(control.name).includes(control.value);
      } else if (values.has(control.name) && control.type !== "submit") {
        control.value = values.get(control.name);
      }
    });
    // The old version travels with the old text: if somebody saved meanwhile, the server shows both values.
    if (this.versionField()) this.versionField().value = copy.version;
    box.remove();
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    emit("jx:say", { text: "已放回表里，正在保存。" });
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
