import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { MetricDefinition } from '#contract';
import { formatAddress, parseAddress, roomPlace, WALL, type Address, type Place } from './address.js';
import { nextTheme, useTheme } from './look/theme.js';
import { useLiveSocket } from './live/link.js';
import { useRepeated } from './live/now.js';
import { restOf } from './live/rest.js';
import { HelpPanel } from './parts/help-panel.js';
import { openHere } from './parts/open-here.js';
import { PartMissing } from './parts/part-missing.js';
import { OfflineBar } from './parts/offline-bar.js';
import { TokenScreen } from './parts/token-screen.js';
import type { RoomLinks } from './room/room-view.js';
import { RoomsPage } from './rooms/rooms-page.js';
import { claimsOf, forgetToken, keepToken } from './token.js';
import { LOCALE } from '#say';
import { speechOf } from './words/speech-of.js';
import { SpeechProvider } from './words/speech.js';
import { useKeys } from './keys.js';

// The wall is drawn first; every other screen is loaded when it is opened, a room already when the wall has been drawn.
const AFTER_WALL_MS = 1_500;
const loadRoom = () => import('./room/room-page.js');
const RoomPage = lazy(() => loadRoom().then((page) => ({ default: page.RoomPage })));
const HostPage = lazy(() => import('./host/host-page.js').then((page) => ({ default: page.HostPage })));
const ReplayPage = lazy(() => import('./replay/replay-page.js').then((page) => ({ default: page.ReplayPage })));
const ComparePage = lazy(() => import('./compare/compare-page.js').then((page) => ({ default: page.ComparePage })));
const RulesPage = lazy(() => import('./rules/rules-page.js').then((page) => ({ default: page.RulesPage })));
const SessionsPage = lazy(() => import('./sessions/sessions-page.js').then((page) => ({ default: page.SessionsPage })));

const browserLanguage = () => (navigator.language.startsWith('zh') ? 'zh' : 'en');

const toggleFullScreen = (): void => {
  const done =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
  done.catch(() => undefined); // the browser says no: the page stays as large as it is
};

/** The view that the address bar says, and a way to go to another. */
const useAddress = (): [Address, (address: Address) => void] => {
  const [address, setAddress] = useState(() => parseAddress(location.pathname, location.search));
  useEffect(() => {
    const moved = (): void => setAddress(parseAddress(location.pathname, location.search));
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  const go = useCallback((next: Address) => {
    const isSamePage = location.pathname === formatAddress(next).split('?')[0];
    if (isSamePage) history.replaceState(null, '', formatAddress(next));
    else history.pushState(null, '', formatAddress(next));
    setAddress(next);
  }, []);
  return [address, go];
};

/** Screens that are reached from everywhere. */
const PLACES = [{ screen: 'wall' }, { screen: 'sessions' }, { screen: 'rules', of: null }] as const;

/** The page: language, theme and keys around the screen that the address and the token allow. */
export const App = ({ firstToken }: { firstToken: string | null }) => {
  const [token, setToken] = useState(firstToken);
  const [isRefused, setRefused] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [address, go] = useAddress();
  const { theme, shown, setTheme } = useTheme();
  const language = address.language ?? browserLanguage();
  const speech = useMemo(() => speechOf(language), [language]);
  const { words } = speech;
  useEffect(() => {
    document.documentElement.lang = LOCALE[language];
  }, [language]);

  const goTo = (place: Place): void => go({ ...address, place });
  const otherLanguage = (): void => go({ ...address, language: language === 'en' ? 'zh' : 'en' });
  useKeys({
    '?': () => setHelpOpen(!isHelpOpen),
    g: toggleFullScreen,
    l: otherLanguage,
    t: () => setTheme(nextTheme(theme)),
    Escape: () => (isHelpOpen ? setHelpOpen(false) : goTo(WALL)),
  });

  const refuse = useCallback(() => {
    forgetToken();
    setToken(null);
    setRefused(true);
  }, []);

  return (
    <SpeechProvider value={speech}>
      <nav className="top">
        <a className="brand" href={formatAddress({ ...address, place: WALL })} onClick={openHere(() => goTo(WALL))}>
          <span className="lamp" aria-hidden="true" /> Tallylight
        </a>
        <div className="top-places">
          {(address.place.screen === 'host' ? [] : PLACES).map((place) => (
            <a
              key={place.screen}
              href={formatAddress({ ...address, place })}
              aria-current={address.place.screen === place.screen ? 'page' : undefined}
              onClick={openHere(() => goTo(place))}
            >
              {
                { wall: words.wall.showRooms, sessions: words.replay.sessions.title, rules: words.rules.title }[
                  place.screen
                ]
              }
            </a>
          ))}
        </div>
        <div className="top-actions">
          <button
            type="button"
            onClick={() => setTheme(nextTheme(theme))}
            aria-label={`${words.theme}: ${words.themeName[theme]}`}
          >
            {words.themeName[theme]}
          </button>
          <button type="button" onClick={otherLanguage} lang={language === 'en' ? 'zh-CN' : 'en'}>
            {words.language}
          </button>
          <button
            type="button"
            onClick={() => setHelpOpen(!isHelpOpen)}
            aria-label={words.help}
            aria-expanded={isHelpOpen}
          >
            ?
          </button>
        </div>
      </nav>
      {token === null ? (
        <TokenScreen
          isRefused={isRefused}
          onToken={(given) => {
            keepToken(given);
            setRefused(false);
            setToken(given);
          }}
        />
      ) : (
        <Screens key={token} token={token} address={address} go={go} shown={shown} onRefused={refuse} />
      )}
      {isHelpOpen && <HelpPanel onClose={() => setHelpOpen(false)} />}
    </SpeechProvider>
  );
};

interface ScreensProps {
  token: string;
  address: Address;
  go: (address: Address) => void;
  shown: 'dark' | 'light';
  onRefused: () => void;
}

/** What a token opens: the list or one room, over one socket. */
const Screens = ({ token, address, go, shown, onRefused }: ScreensProps) => {
  const { socket, link } = useLiveSocket(token);
  const rest = useMemo(() => restOf(token), [token]);
  const [definitions, setDefinitions] = useState<ReadonlyMap<string, MetricDefinition>>(new Map());
  useEffect(() => {
    if (link.kind === 'refused') onRefused();
  }, [link, onRefused]);
  useRepeated(
    async (signal) => {
      if (link.kind !== 'up' || definitions.size > 0) return;
      const all = await rest.definitions(signal);
      if (all.length > 0 && !signal.aborted) setDefinitions(new Map(all.map((one) => [one.name, one])));
    },
    5_000,
    [rest, link.kind, definitions.size],
  );
  const isUp = link.kind === 'up';
  // A host's token sees one thing only, and need not look for it.
  const only = useMemo(() => onlyRoomOf(token), [token]);
  useEffect(() => {
    if (!isUp || only !== null) return;
    const timer = setTimeout(() => void loadRoom().catch(() => undefined), AFTER_WALL_MS); // in vain: when it is opened it is seen
    return () => clearTimeout(timer);
  }, [isUp, only]);
  const { place } = address;
  const linkOf = (next: Place): string => formatAddress({ ...address, place: next });
  const goTo = (next: Place): void => go({ ...address, place: next });
  useEffect(() => {
    if (only !== null && place.screen === 'wall') go({ ...address, place: { screen: 'host', stream_id: only } });
  }, [only, place.screen, address, go]);

  const open = (href: string): void => {
    const to = new URL(href, location.href);
    go(parseAddress(to.pathname, to.search));
  };
  const linksOf = (stream_id: string): RoomLinks => ({
    host: linkOf({ screen: 'host', stream_id }),
    replay: linkOf({ screen: 'replay', stream_id, at: null }),
    room: linkOf(roomPlace(stream_id)),
    compare: (stream_ids) => linkOf({ screen: 'compare', stream_ids }),
    open,
  });

  const screen = (): ReactNode => {
    switch (place.screen) {
      case 'host':
        return <HostPage key={place.stream_id} socket={socket} link={link} stream_id={place.stream_id} />;
      case 'room':
        return (
          <RoomPage
            key={place.stream_id}
            socket={socket}
            link={link}
            rest={rest}
            stream_id={place.stream_id}
            span={address.span}
            onSpan={(span) => go({ ...address, span })}
            definitions={definitions}
            links={linksOf(place.stream_id)}
            shown={shown}
          />
        );
      case 'replay':
        return (
          <ReplayPage
            key={place.stream_id}
            socket={socket}
            link={link}
            rest={rest}
            stream_id={place.stream_id}
            at={place.at}
            onAt={(at) => goTo({ ...place, at })}
            span={address.span}
            onSpan={(span) => go({ ...address, span })}
            definitions={definitions}
            links={linksOf(place.stream_id)}
            shown={shown}
          />
        );
      case 'sessions':
        return (
          <SessionsPage
            rest={rest}
            roomHref={(id) => linkOf(roomPlace(id))}
            replayHref={(stream_id) => linkOf({ screen: 'replay', stream_id, at: null })}
            compareHref={(stream_ids) => linkOf({ screen: 'compare', stream_ids })}
            onOpen={open}
          />
        );
      case 'compare':
        return <ComparePage rest={rest} of={place.stream_ids} definitions={definitions} shown={shown} />;
      case 'rules':
        return <RulesPage rest={rest} of={place.of} onOf={(of) => goTo({ screen: 'rules', of })} />;
      default:
        return only !== null ? null : (
          <RoomsPage
            socket={socket}
            link={link}
            rest={rest}
            linkOf={(id) => linkOf(roomPlace(id))}
            onOpen={(id) => goTo(roomPlace(id))}
          />
        );
    }
  };
  return (
    <>
      {place.screen !== 'host' && <OfflineBar link={link} />}
      <PartMissing key={place.screen}>
        <Suspense fallback={null}>{screen()}</Suspense>
      </PartMissing>
    </>
  );
};

/** The room of a host's token that names one. */
const onlyRoomOf = (token: string): string | null => {
  const { role, streams } = claimsOf(token);
  const [first] = streams;
  return role === 'host' && streams.length === 1 && first !== undefined && !first.includes('*') ? first : null;
};
