import type { Link } from '../live/freshness.js';
import { useSpeech } from '../words/speech.js';
import { Notice } from './notice.js';

interface Props {
  link: Link;
  refused: string | null;
  stream_id: string;
  /** A role that would see this screen. */
  role: string;
}

/** In place of a room that cannot be shown: why, and what to do. */
export const RoomRefused = ({ link, refused, stream_id, role }: Props) => {
  const { words } = useSpeech();
  switch (refused) {
    case 'not_found':
    case 'invalid':
      return <Notice title={words.unknownRoom}>{words.unknownRoomHelp}</Notice>;
    case 'forbidden':
    case 'unauthorized':
      return (
        <Notice title={words.forbidden} command={`npx tally token --role ${role} --streams '${stream_id}'`}>
          {words.forbiddenHelp}
        </Notice>
      );
    case 'overloaded':
      return <Notice title={words.overloadedRoom}>{words.overloadedRoomHelp}</Notice>;
  }
  return link.kind === 'down' ? (
    <Notice title={words.serverDown} command="npm start">
      {words.serverDownHelp}
    </Notice>
  ) : (
    <Notice title={words.waiting}> </Notice>
  );
};
