import type { MetricDefinition } from '#contract';
import type { Span } from '../address.js';
import type { Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import type { Rest } from '../live/rest.js';
import { useRoom } from '../live/use-room.js';
import { RoomRefused } from '../parts/room-refused.js';
import { paneNamesOf } from './pane-names.js';
import { RoomView, type RoomLinks } from './room-view.js';

interface Props {
  socket: LiveSocket;
  link: Link;
  rest: Rest;
  stream_id: string;
  span: Span;
  onSpan: (span: Span) => void;
  definitions: ReadonlyMap<string, MetricDefinition>;
  links: RoomLinks;
  shown: 'dark' | 'light';
}

/** A room as it is now, or a session that is over, whole. */
export const RoomPage = ({ socket, ...props }: Props) => {
  const { link, rest, stream_id, definitions } = props;
  const { refused, ...view } = useRoom(socket, link, rest, stream_id, paneNamesOf(definitions));
  if (view.room.stream === null)
    return <RoomRefused link={link} refused={refused} stream_id={stream_id} role="control_room" />;
  return <RoomView {...props} {...view} replay={null} player={null} onSeek={null} />;
};
