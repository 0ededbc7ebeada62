// Copies to dist what the compiler leaves behind but the built program reads: SQL, one statement or query a file.
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const file of readdirSync('libs', { recursive: true })) {
  if (String(file).endsWith('.sql')) cpSync(join('libs', file), join('dist', 'libs', file));
}
