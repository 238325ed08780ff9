/** What the people of this office can serve: whom a ticket can be redirected to, or who can be called into a call. */
import * as api from "./api.ts";

export class Skills {
  readonly colleagues: api.Colleague[];

  constructor(colleagues: api.Colleague[]) {
    this.colleagues = colleagues;
  }

  /** Nobody's, when the back end does not answer. */
  static async ofOffice(): Promise<Skills> {
    return new Skills(await api.colleagues().catch(() => []));
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
