import type { ReactNode } from 'react';

interface Props {
  title: string;
  children: ReactNode;
  /** What to type to put it right. */
  command?: string;
}

/** A whole screen that says what is the matter and what to do. */
export const Notice = ({ title, children, command }: Props) => (
  <section className="notice" role="status">
    <span className="lamp" aria-hidden="true" />
    <h2>{title}</h2>
    <p>{children}</p>
    {command !== undefined && <code>{command}</code>}
  </section>
);
