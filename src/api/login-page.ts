import type { FastifyReply } from 'fastify';

/** A page with a button alone: no script, nothing from elsewhere, kept nowhere. */
export function sendLoginPage(reply: FastifyReply, code: string): FastifyReply {
  const value = code.replaceAll(/[^\w-]/g, '');
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Elute: log in</title></head>
<body>
<form method="post" action="/login">
<input type="hidden" name="code" value="${value}">
<p>This browser will be able to do everything in Elute, for 12 hours.</p>
<button>Log in</button>
</form>
</body>
</html>
`);
}
