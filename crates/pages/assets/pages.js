// Makes pages quicker. Every page works without it: links are links, and forms are forms.
"use strict";
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const said = (name) => document.body.dataset[name] || "";

  // Old addresses of the family's themes: /#/login?verify=…, /#/order/2026…
  const PAGES = {
    "": "/", "/": "/", "/dashboard": "/", "/login": "/my/login", "/register": "/my/register",
    "/forgetpassword": "/my/recover", "/forget": "/my/recover", "/plan": "/my/plans",
    "/order": "/my/orders", "/node": "/my/nodes", "/server": "/my/nodes",
    "/traffic": "/my/traffic", "/invite": "/my/invite", "/ticket": "/my/tickets",
    "/knowledge": "/my/knowledge", "/profile": "/my/profile", "/giftcard": "/my/gift-cards",
    "/gift-card": "/my/gift-cards",
  };
  const BELOW = { "/order/": "/my/orders/", "/plan/": "/my/plans/", "/ticket/": "/my/tickets/", "/knowledge/": "/my/knowledge/" };

  function pageOf(hash) {
    const [path, query] = hash.slice(1).split("?", 2);
    const asked = new URLSearchParams(query || "");
    const verify = asked.get("verify");
    if (verify) {
      const back = pageOf("#/" + (asked.get("redirect") || "").replace(/^\/+/, "")) || "/";
      return "/my/enter?" + new URLSearchParams({ verify, back });
    }
    const plain = path.replace(/\/+$/, "");
    const known = PAGES[plain.toLowerCase()];
    if (known !== undefined) {
      const code = asked.get("code");
      return known + (code ? "?" + new URLSearchParams({ code }) : "");
    }
    for (const [old, page] of Object.entries(BELOW)) {
      const id = plain.startsWith(old) ? plain.slice(old.length) : "";
      if (/^[\w-]+$/.test(id)) return page + id;
    }
    return null;
  }

  function followHash() {
    if (!location.hash.startsWith("#/")) return false;
    const page = pageOf(location.hash);
    if (!page) return false;
    location.replace(page);
    return true;
  }

  // The viewer's zone: the next page shows its times in it. The first one is shown again at once.
  function tellZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || document.cookie.split("; ").includes("zone=" + encodeURIComponent(zone))) return;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = "zone=" + encodeURIComponent(zone) + "; path=/; max-age=31536000; samesite=lax" + secure;
    if (zone === document.body.dataset.zone) return;
    for (const time of all("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const two = (number) => String(number).padStart(2, "0");
      const day = at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate());
      const hasHour = time.textContent.trim().length > 10;
      time.textContent = hasHour ? day + " " + two(at.getHours()) + ":" + two(at.getMinutes()) : day;
    }
  }

  // Fetches a page of ours and puts one element of it in the place of the one that is here.
  async function swap(address, selector) {
    const here = document.querySelector(selector);
    if (!here) return false;
    here.classList.add("busy");
    here.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const type = answer.headers.get("content-type") || "";
      if (!type.startsWith("text/html")) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.querySelector(selector);
      if (!there) return false;
      const held = here.contains(document.activeElement) && document.activeElement.id;
      here.replaceWith(document.adoptNode(there));
      const holds = held && document.getElementById(held);
      if (holds) holds.focus();
      prepare(there);
      return true;
    } catch (error) {
      return false;
    } finally {
      here.classList.remove("busy");
      here.removeAttribute("aria-busy");
    }
  }

  function addressOf(form) {
    const address = new URL(form.action, location.href);
    const fields = new FormData(form);
    address.search = new URLSearchParams(Array.from(fields).filter(([, value]) => value !== ""));
    return address;
  }

  // It is another state of the same page: back leads to the page before.
  async function follow(address, selector, event) {
    event.preventDefault();
    if (await swap(address, selector)) history.replaceState(null, "", address);
    else location.assign(address);
  }

  // data-copy="#id" copies what the element holds, data-copy-text what it says itself.
  async function copy(button) {
    const from = button.dataset.copy && document.querySelector(button.dataset.copy);
    const text = button.dataset.copyText || (from && (from.value || from.textContent)) || "";
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      if (!from || !from.select) return;
      from.select();
      document.execCommand("copy");
    }
    const label = button.textContent;
    button.textContent = said("copied");
    setTimeout(() => { button.textContent = label; }, 1500);
  }

  // data-poll="5": the element is fetched again every five seconds, until it comes without the attribute.
  function poll(element) {
    const seconds = Math.max(2, Number(element.dataset.poll) || 5);
    setTimeout(async () => {
      if (!element.isConnected) return;
      if (document.hidden) return poll(element);
      const done = await swap(element.dataset.pollFrom || location.href, "#" + element.id);
      if (!done && element.isConnected) poll(element);
    }, seconds * 1000);
  }

  // data-narrow="#id": what is typed hides the rows and items of the element that do not have it.
  function narrow(input) {
    const within = document.querySelector(input.dataset.narrow);
    if (!within) return;
    const wanted = input.value.trim().toLowerCase();
    for (const item of all("tbody tr, [data-item]", within)) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  }

  // data-show-if="field=a|b": shown while the field of the same form has one of the values.
  function showFields(form) {
    for (const part of all("[data-show-if]", form)) {
      const [name, values] = part.dataset.showIf.split("=", 2);
      const now = new FormData(form).getAll(name);
      part.hidden = !values.split("|").some((value) => now.includes(value));
    }
  }

  // data-fill="#id" on a button: writes data-value into the field.
  function fill(button) {
    const field = document.querySelector(button.dataset.fill);
    if (!field) return;
    field.value = button.dataset.value || "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  // reCAPTCHA v3 has nothing to see: its answer is asked for when the form is sent.
  async function askCaptcha(field) {
    await new Promise((ready) => window.grecaptcha.ready(ready));
    field.value = await window.grecaptcha.execute(field.dataset.captcha, { action: "submit" });
  }

  function prepare(within) {
    for (const hidden of all("[data-copy], [data-copy-text], [data-all], [data-narrow], [data-fill]", within)) {
      hidden.hidden = false;
    }
    for (const element of all("[data-poll][id]", within)) poll(element);
    if (within.matches && within.matches("[data-poll][id]")) poll(within);
    for (const form of all("form", within)) showFields(form);
    for (const link of all("a[data-go]", within)) location.assign(link.href);
    for (const form of all("form[data-at-once]", within)) form.requestSubmit();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a, input");
    if (!target) return;
    if (target.matches("[data-copy], [data-copy-text]")) copy(target);
    if (target.matches("[data-fill]")) fill(target);
    if (target.matches("[data-all]")) {
      const table = target.closest("table");
      for (const box of all("tbody input[type=checkbox]", table)) box.checked = target.checked;
    }
    if (target.matches("[data-print]")) window.print();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const by = event.submitter;
    const method = (by && by.getAttribute("formmethod")) || form.method;
    const question = (by && by.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    const captcha = form.querySelector("input[data-captcha]");
    if (captcha && !captcha.value && window.grecaptcha) {
      event.preventDefault();
      askCaptcha(captcha).then(() => form.requestSubmit(by));
    } else if (method === "get" && form.dataset.swap) {
      follow(addressOf(form), form.dataset.swap, event);
    } else if (method === "post") {
      // A second click sends nothing twice. Later, so that the button's own value is sent.
      setTimeout(() => { for (const field of form.elements) if (field.localName === "button") field.disabled = true; }, 0);
    }
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("[data-narrow]")) narrow(field);
    if (field.form) showFields(field.form);
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-submit]") && field.form) field.form.requestSubmit();
  });

  // Pages that come back from the browser's memory have their buttons again.
  window.addEventListener("pageshow", () => {
    for (const button of all("form[method=post] button, button[formmethod=post]")) button.disabled = false;
  });
  window.addEventListener("hashchange", followHash);

  if (!followHash()) {
    tellZone();
    prepare(document);
    if (!matchMedia("(min-width: 56rem)").matches) {
      for (const menu of all(".console [data-menu]")) menu.open = false;
    }
  }
})();
