/** What colours mean on the charts. */
export type Tone =
  | 'online'
  | 'joins'
  | 'leaves'
  | 'expected'
  | 'gmv'
  | 'orders'
  | 'danmaku'
  | 'excess'
  | 'chance'
  | 'usual'
  | 'action'
  | 'alert'
  | 'axis'
  | 'grid'
  | 'bandLightness'
  | 'bandText';

/** Colours of the curves by theme; lines keep 3:1, writing 4.5:1 against their panel. */
export const PALETTES: Readonly<Record<'dark' | 'light', Readonly<Record<Tone, string>>>> = {
  dark: {
    online: '#8fc7ff',
    joins: '#5fd0a5',
    leaves: '#f2a65a',
    expected: '#aab6c8',
    gmv: '#c9b3ff',
    orders: '#f3d77e',
    danmaku: '#7fd3e0',
    excess: 'rgba(255, 92, 77, 0.42)',
    chance: 'rgba(170, 182, 200, 0.16)',
    usual: 'rgba(170, 182, 200, 0.18)',
    action: '#5fd0a5',
    alert: '#ff6b5e',
    axis: '#98a3b5',
    grid: 'rgba(152, 163, 181, 0.10)',
    bandLightness: '30%',
    bandText: '#eef2f8',
  },
  light: {
    online: '#1f6fc4',
    joins: '#12805a',
    leaves: '#b45c08',
    expected: '#5c6779',
    gmv: '#6d4bc9',
    orders: '#8a6400',
    danmaku: '#0e7788',
    excess: 'rgba(214, 40, 24, 0.30)',
    chance: 'rgba(92, 103, 121, 0.14)',
    usual: 'rgba(92, 103, 121, 0.16)',
    action: '#12744f',
    alert: '#c62818',
    axis: '#5c6779',
    grid: 'rgba(60, 72, 90, 0.10)',
    bandLightness: '86%',
    bandText: '#1b2330',
  },
};
