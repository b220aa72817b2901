// The view of a comparison changes in place: the same addresses, fetched, and their live regions taken over.
// Without script the links and the form lead to the same pages.
"use strict";

(() => {
  const said = document.getElementById("said");
  let shown = location.pathname + location.search;
  let running = null;

  const regions = (root) => root.querySelectorAll("[data-live]");
  const keyed = (key) => [...document.querySelectorAll("[data-keep]")].find((one) => one.dataset.keep === key);

  // How to find again what has the focus: a kept link, or a field by its name and value.
  function finder(node) {
    if (!node || !node.closest("[data-live]")) return null;
    if (node.dataset.keep) return () => keyed(node.dataset.keep);
    if (node.localName === "summary" && node.parentElement.dataset.keep) {
      return () => keyed(node.parentElement.dataset.keep)?.querySelector("summary");
    }
    if (!node.name) return () => document.querySelector("form.view");
    return () =>
      [...document.querySelectorAll("form.view [name]")].find(
        (one) => one.name === node.name && (one.type !== "checkbox" || one.value === node.value),
      );
  }

  function take(page) {
    const active = document.activeElement;
    const find = finder(active);
    const before = find && active.getBoundingClientRect().top;
    const open = [...document.querySelectorAll("details[data-keep][open]")].map((one) => one.dataset.keep);
    for (const region of regions(document)) {
      const fresh = [...regions(page)].find((one) => one.dataset.live === region.dataset.live);
      region.replaceChildren(...(fresh ? document.importNode(fresh, true).childNodes : []));
    }
    open.forEach((key) => { const one = keyed(key); if (one) one.open = true; });
    const again = find && find();
    if (again) {
      if (again.localName === "form") again.tabIndex = -1;
      again.focus({ preventScroll: true });
      scrollBy({ top: again.getBoundingClientRect().top - before, behavior: "instant" });
    }
    said.textContent = document.querySelector("[data-said]")?.textContent ?? "";
    document.dispatchEvent(new CustomEvent("comparison:changed"));
  }

  async function get(url, signal) {
    const response = await fetch(url, { signal, credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { page, url: response.url };
  }

  async function go(url, push) {
    running?.abort();
    running = new AbortController();
    const mine = running;
    try {
      const found = await get(url, mine.signal);
      if (!found.page.querySelector("[data-live]")) throw new Error("another page");
      if (push) history.pushState(null, "", found.url + new URL(url, location.href).hash);
      shown = location.pathname + location.search;
      take(found.page);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    }
  }

  function addressOf(form) {
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(given).toString();
    return new URL(form.action).pathname + (query ? `?${query}` : "");
  }

  // An axis that is chosen for the other side too changes places with that one.
  function keepAxesApart(select) {
    const { rows, columns } = select.form.elements;
    if (![rows, columns].includes(select) || rows.value !== columns.value) return;
    const before = [...select.options].find((option) => option.defaultSelected);
    if (before) (select === rows ? columns : rows).value = before.value;
  }

  // All cases of a cell, page after page, into the cell's list; their sources by title, as the numbers
  // of another page would say something else here.
  async function all(link) {
    const cell = link.closest(".cell");
    const list = cell.querySelector(".readings");
    try {
      let fresh = true;
      for (let url = link.href; url; ) {
        const { page } = await get(url);
        const cases = [...page.querySelectorAll("[data-cases] > li")].map((one) => document.importNode(one, true));
        cases.forEach(sourcesByTitle);
        if (fresh) list.replaceChildren();
        list.append(...cases);
        fresh = false;
        const next = page.querySelector("[rel=next]");
        url = next && new URL(next.getAttribute("href"), url).href;
      }
      cell.querySelector("details.rest")?.remove();
      link.remove();
      list.tabIndex = -1;
      list.focus({ preventScroll: true });
    } catch {
      location.assign(link.href);
    }
  }

  function sourcesByTitle(item) {
    for (const cite of item.querySelectorAll(".cite")) {
      const names = document.createElement("span");
      names.className = "small sources";
      cite.querySelectorAll(".pop a").forEach((link) => names.append(" ", link));
      cite.replaceWith(names);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view], a[data-rest]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if ("rest" in link.dataset) all(link);
    else go(link.href, true);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.view")) return;
    event.preventDefault();
    go(addressOf(event.target), true);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("form.view")) return;
    keepAxesApart(event.target);
    go(addressOf(form), true);
  });
  // A step to an anchor is such an event too, and changes no view.
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) go(location.href, false);
  });
})();
