const KEY = 'tallylight.token';

/** Takes `?token=` out of the address bar once and keeps it for this tab; else gives the one kept. `null`: none. */
export const takeToken = (): string | null => {
  const url = new URL(location.href);
  const given = url.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(KEY);
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
  keepToken(given);
  return given;
};

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);

/** What a token says of its holder. The server alone decides: this only spares a detour. */
export interface Claims {
  readonly role: string | null;
  readonly streams: readonly string[];
}

const NO_CLAIMS: Claims = { role: null, streams: [] };

export const claimsOf = (token: string): Claims => {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const { role, streams } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return {
      role: typeof role === 'string' ? role : null,
      streams: Array.isArray(streams) ? streams.filter((id) => typeof id === 'string') : [],
    };
  } catch {
    return NO_CLAIMS; // a token of another kind: it may still be good
  }
};
