import "./styles.css";
import { exposeFigures } from "./measurement.ts";
import { currentDesk, resume } from "./session.ts";
import "./views/app.ts";
import { chooseLanguage, language } from "./words.ts";

chooseLanguage(language());
exposeFigures(currentDesk);
void resume();
