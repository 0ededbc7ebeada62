/** What the wall of rooms says, in English. */
export const wallEn = {
  sound: { on: 'Sound on', off: 'Sound off' },
  mute: 'Mute',
  unmute: 'Unmute',
  muted: (t: string) => `muted for ${t}`,
  ackRoom: (room: string) => `Acknowledge the alert of ${room}`,
  muteRoom: (room: string) => `Mute ${room}`,
  sessions: 'Sessions',
  showRooms: 'Rooms',
  keys: {
    inWall: 'On the wall of rooms',
    move: 'go from room to room',
    open: 'open the room',
    worst: 'open the room that needs somebody most',
    ack: 'acknowledge its alert',
    mute: 'mute it for 15 minutes, or hear it again',
    sound: 'sound on or off',
  },
};

/** The same in simplified Chinese. */
export const wallZh: typeof wallEn = {
  sound: { on: '声音开', off: '声音关' },
  mute: '静音',
  unmute: '取消静音',
  muted: (t) => `静音中，还剩 ${t}`,
  ackRoom: (room) => `确认 ${room} 的告警`,
  muteRoom: (room) => `静音 ${room}`,
  sessions: '场次',
  showRooms: '直播间',
  keys: {
    inWall: '直播间墙',
    move: '在直播间之间移动',
    open: '打开直播间',
    worst: '打开最需要处理的直播间',
    ack: '确认它的告警',
    mute: '静音 15 分钟，或取消静音',
    sound: '声音开关',
  },
};
