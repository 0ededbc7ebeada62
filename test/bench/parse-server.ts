import { createServer } from 'node:http';

/**
 * A bare server, the baseline of the bench `http`: reads each body, parses each line, answers, keeps nothing.
 * Prints its port. Answers a GET with its processor time so far, ms.
 */
const server = createServer((request, answer) => {
  if (request.method === 'GET') {
    const { user, system } = process.cpuUsage();
    answer.end(String((user + system) / 1000));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    let accepted = 0;
    for (const line of Buffer.concat(chunks).toString('utf8').split('\n')) {
      if (line === '') continue;
      JSON.parse(line);
      accepted++;
    }
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted }));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`${address?.port}\n`);
});
