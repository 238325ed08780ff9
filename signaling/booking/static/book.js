// What pages can do more with JavaScript: print, and ask the browser where we are. Everything else works without.
"use strict";

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

const locate = document.getElementById("locate");
if (locate && "geolocation" in navigator) {
  locate.hidden = false;
  const said = document.getElementById("locate-said");
  locate.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const form = locate.form;
        form.elements.near.value = "";
        for (const [name, value] of [["lat", coords.latitude], ["lon", coords.longitude]]) {
          const field = form.elements[name] ?? form.appendChild(document.createElement("input"));
          field.type = "hidden";
          field.name = name;
          // About a kilometre: enough for the nearest booth, too little for a house.
          field.value = value.toFixed(2);
        }
        form.submit();
      },
      () => { said.textContent = locate.dataset.failed; },
      { timeout: 10_000, maximumAge: 600_000 },
    );
  });
}
