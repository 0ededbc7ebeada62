-- A part of a column a file is 70 files. A flush of raw events is one part, and most are merged within a minute: making
-- and removing their files cost more than writing the rows. So they are one file each until they have grown.
ALTER TABLE events MODIFY SETTING min_bytes_for_wide_part = 104857600;
