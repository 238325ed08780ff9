/** What all views share: light DOM, so that the design system's styles reach them, and the store. */
import { LitElement } from "lit";
import type { Desk } from "../desk.ts";
import { currentDesk } from "../session.ts";
import { store, Watch, type State } from "../state.ts";

export abstract class View extends LitElement {
  protected readonly watch = new Watch(this);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected get state(): State {
    return store.state;
  }

  protected get desk(): Desk | null {
    return currentDesk();
  }
}

/** Renders its host every second while connected, for clocks that run. */
export class Tick {
  private timer = 0;
  private readonly host: View;

  constructor(host: View) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = window.setInterval(() => this.host.requestUpdate(), 1_000);
  }

  hostDisconnected(): void {
    window.clearInterval(this.timer);
  }
}
