/** How a replay moves through event time: from `at`, where it stood at `since` (wall clock, ms), at `speed` while it plays; never beyond `to`. */
export interface Course {
  readonly at: number;
  readonly since: number;
  readonly speed: number;
  readonly isPlaying: boolean;
  readonly from: number;
  readonly to: number;
}

/** Where it stands at `now`, event time, ms. */
export const standingAt = ({ at, since, speed, isPlaying, to }: Course, now: number): number =>
  Math.min(to, isPlaying ? at + (now - since) * speed : at);

/** The same course with another pace, from where it stands at `now`. */
export const paced = (course: Course, now: number, isPlaying: boolean, speed = course.speed): Course => ({
  ...course,
  ...{ at: standingAt(course, now), since: now, isPlaying, speed },
});

/** The same course from another moment, within its bounds. */
export const movedTo = (course: Course, now: number, at: number): Course => ({
  ...course,
  ...{ at: Math.min(course.to, Math.max(course.from, at)), since: now },
});
