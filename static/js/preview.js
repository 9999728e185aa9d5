// A question as its candidate meets it, tried out by whoever wrote it: nothing is saved.
import { enliven, listen } from "./sittings/kinds.js";

enliven();
listen();
// a part of the page that was fetched anew
for (const name of ["htmx:after:swap", "eb:content"]) document.addEventListener(name, (event) => enliven(event.target instanceof Element ? event.target : document));
for (const form of document.querySelectorAll("form[data-preview]")) form.addEventListener("submit", (event) => event.preventDefault());
