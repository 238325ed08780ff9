/** A dialog that opens over the page and gives the keyboard back when it closes. */
import { View } from "./view.ts";

export abstract class DialogView extends View {
  protected open = false;

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected show(): void {
    this.open = true;
    this.requestUpdate();
  }

  /** Closing the dialog itself lets the browser put the focus back. */
  protected shut(): void {
    const dialog = this.querySelector("dialog");
    if (dialog?.open) dialog.close();
    this.open = false;
    this.requestUpdate();
  }
}
