/** Why something that was asked for was not done; `null`: it was. */
export const Refusal = ({ said, why }: { said: string; why: string | null }) =>
  why === null ? null : (
    <p className="alert-failure" role="alert">
      {said} {why}
    </p>
  );
