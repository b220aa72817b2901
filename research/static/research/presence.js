// An open form says every few seconds that it is open, and tells who else has it open or has saved it since.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const team = document.getElementById("team");
  if (!team || !team.dataset.presence) {
    return;
  }
  const form = team.closest("form");
  const also = team.querySelector(".also-open");
  const saved = team.querySelector(".saved-elsewhere");
  let timer = null;

  function body(values) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    Object.entries(values).forEach(([name, value]) => data.append(name, value));
    return data;
  }

  function show(line, place, text) {
    // A screen reader reads each change aloud: so it is made only where there is one.
    if (place.textContent !== text) {
      place.textContent = text;
      line.hidden = !text;
    }
  }

  async function say() {
    try {
      const seen = form.elements.seen_version ? form.elements.seen_version.value : team.dataset.seen;
      const answer = await fetch(team.dataset.presence, { method: "POST", body: body({ seen }) });
      if (answer.redirected || answer.status === 403) {
        clearInterval(timer); // logged out, or no longer allowed
      } else if (answer.ok) {
        const news = await answer.json();
        show(also, also, news.also);
        show(saved, saved.querySelector("span"), news.saved);
      }
    } catch {
      // No connection: the next time will tell.
    }
  }

  function start() {
    clearInterval(timer);
    timer = setInterval(say, 1000 * Number(team.dataset.every));
    say();
  }

  window.addEventListener("pageshow", start);
  window.addEventListener("pagehide", () => {
    clearInterval(timer);
    navigator.sendBeacon(team.dataset.presence, body({ left: "1" }));
  });
});
