import { useSpeech } from '../words/speech.js';

interface Props {
  isRefused: boolean;
  onToken: (token: string) => void;
}

/** Asks for a token, and says where one comes from. */
export const TokenScreen = ({ isRefused, onToken }: Props) => {
  const { words } = useSpeech();
  return (
    <form
      className="notice"
      onSubmit={(event) => {
        event.preventDefault();
        const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
        if (token !== '') onToken(token);
      }}
    >
      <span className="lamp" aria-hidden="true" />
      <h2>{words.tokenTitle}</h2>
      {isRefused && (
        <p role="alert" className="alert-failure">
          {words.tokenRefused}
        </p>
      )}
      <p>{words.tokenHelp}</p>
      <code>npx tally token --role control_room --streams '*'</code>
      <p className="muted">{words.tokenThen}</p>
      <label htmlFor="token">{words.tokenLabel}</label>
      <div className="token-row">
        <input id="token" name="token" type="password" autoComplete="off" autoFocus />
        <button type="submit" className="primary">
          {words.tokenEnter}
        </button>
      </div>
    </form>
  );
};
