/** What the people of this office can serve: whom a ticket can be redirected to, or who can be called into a call. */
import * as api from "./api.ts";
import { store } from "./state.ts";

export class Skills {
  readonly colleagues: api.Colleague[];

  constructor(colleagues: api.Colleague[]) {
    this.colleagues = colleagues;
  }

  /** As they are now; those known before, when the back end does not answer. */
  static async ofOffice(): Promise<Skills> {
    const colleagues = await api.colleagues().catch(() => store.state.colleagues);
    store.set({ colleagues });
    return new Skills(colleagues.filter((one) => one.roles.includes("clerk")));
  }

  get services(): string[] {
    return this.all((one) => one.services);
  }

  get languages(): string[] {
    return this.all((one) => one.languages);
  }

  get needs(): string[] {
    return this.all((one) => one.needs);
  }

  private all(of: (one: api.Colleague) => string[]): string[] {
    return [...new Set(this.colleagues.flatMap(of))].sort();
  }
}
