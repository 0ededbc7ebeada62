// Copies to dist what the compiler leaves behind but the built programs read: SQL, one statement or query a file.
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const folder of ['libs', 'test/bench'])
  for (const file of readdirSync(folder, { recursive: true }))
    if (String(file).endsWith('.sql')) cpSync(join(folder, file), join('dist', folder, file));
