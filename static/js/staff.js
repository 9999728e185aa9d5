// The staff pages. Everything works without script; this makes it more comfortable.
// Attributes are the interface: see each file of staff/ for the ones it reads.
import "@tabler/core/dist/js/tabler.esm.min.js";
import "htmx.org";
import { watchClocks } from "./staff/clock.js";
import { watchDialogs } from "./staff/dialog.js";
import { watchFinding } from "./staff/finding.js";
import { prepareFields, watchForms } from "./staff/forms.js";
import { watchTables } from "./staff/tables.js";

watchForms();
watchDialogs();
watchTables();
watchClocks();
watchFinding();
prepareFields(document);
document.addEventListener("htmx:after:swap", () => prepareFields(document));
