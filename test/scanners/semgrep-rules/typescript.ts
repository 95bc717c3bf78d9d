// @ts-nocheck
/* eslint-disable */
// Not run: `semgrep --test` reads the annotations. Every value is made up.
import { exec, execFile } from 'child_process';
import * as crypto from 'crypto';
import * as jwt from 'jsonwebtoken';

app.get('/commands', (req, res) => {
  // ruleid: js-command-injection-request-input
  exec(`ping -c 1 ${req.query.host}`);
  const { name } = req.body;
  const command = 'convert ' + name;
  // ruleid: js-command-injection-request-input
  child_process.execSync(command);
  // ruleid: js-command-injection-request-input
  cp.spawn('ls ' + req.params.folder, [], { shell: true });
  // ok: js-command-injection-request-input
  execFile('ping', ['-c', '1', req.query.host]);
  // ok: js-command-injection-request-input
  cp.spawn('ls', [req.params.folder]);
  // ok: js-command-injection-request-input
  exec(`head -n ${parseInt(req.query.lines, 10)} log.txt`);
  // ok: js-command-injection-request-input
  exec('git status');
  // ok: js-command-injection-request-input
  const found = /a(b)/.exec(req.query.text);
});

app.post('/code', (req, res) => {
  // ruleid: js-code-injection-request-input
  eval(req.body.expression);
  const source = 'return ' + req.query.formula;
  // ruleid: js-code-injection-request-input
  const run = new Function('x', source);
  // ruleid: js-code-injection-request-input
  vm.runInNewContext(req.body.script, {});
  // ok: js-code-injection-request-input
  JSON.parse(req.body.expression);
  // ok: js-code-injection-request-input
  eval('1 + 1');
});

app.get('/rows', async (req, res) => {
  // ruleid: js-sql-injection-request-input
  await db.query(`SELECT * FROM orders WHERE id = '${req.params.id}'`);
  const sql = 'DELETE FROM orders WHERE name = \'' + req.body.name + '\'';
  // ruleid: js-sql-injection-request-input
  await connection.execute(sql);
  // ruleid: js-sql-injection-request-input
  await prisma.$queryRawUnsafe(`SELECT * FROM users WHERE email = '${req.query.email}'`);
  // ok: js-sql-injection-request-input
  await db.query('SELECT * FROM orders WHERE id = $1', [req.params.id]);
  // ok: js-sql-injection-request-input
  await db.query(`SELECT * FROM orders LIMIT ${Number(req.query.limit)}`);
  // ok: js-sql-injection-request-input
  await search.query(req.query.text);
  // ok: js-sql-injection-request-input
  await cache.get(`orders:${req.params.id}`);
  // ok: js-sql-injection-request-input
  await prisma.$queryRaw`SELECT * FROM users WHERE email = ${req.query.email}`;
});

function show() {
  const text = decodeURIComponent(location.hash.slice(1));
  // ruleid: js-dom-xss-location
  document.getElementById('title').innerHTML = text;
  // ruleid: js-dom-xss-location
  document.write('<p>' + window.location.search + '</p>');
  // ok: js-dom-xss-location
  document.getElementById('title').textContent = text;
  // ok: js-dom-xss-location
  document.getElementById('title').innerHTML = DOMPurify.sanitize(text);
  // ok: js-dom-xss-location
  document.getElementById('title').innerHTML = '<b>fixed</b>';
}

// ruleid: js-tls-verification-disabled
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
// ruleid: js-tls-verification-disabled
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
// ok: js-tls-verification-disabled
const strict = new https.Agent({ rejectUnauthorized: true, ca });
// ok: js-tls-verification-disabled
process.env.NODE_EXTRA_CA_CERTS = '/etc/ssl/private-ca.pem';

// ruleid: js-broken-cipher
crypto.createCipheriv('des-ede3-cbc', key, iv);
// ruleid: js-broken-cipher
crypto.createCipheriv('aes-256-ecb', key, null);
// ruleid: js-broken-cipher
crypto.createCipheriv("RC4", key, null);
// ok: js-broken-cipher
crypto.createCipheriv('aes-256-gcm', key, iv);

// ruleid: js-jwt-algorithm-none
jwt.verify(token, publicKey, { algorithms: ['RS256', 'none'] });
// ruleid: js-jwt-algorithm-none
jwt.sign({ sub: 'x' }, null, { algorithm: 'none' });
// ok: js-jwt-algorithm-none
jwt.verify(token, publicKey, { algorithms: ['RS256'] });

// ruleid: js-jwt-hard-coded-key
jwt.sign({ sub: 'x' }, 'made-up-for-this-test');
// ruleid: js-jwt-hard-coded-key
jwt.verify(token, 'made-up-for-this-test', { algorithms: ['HS256'] });
// ok: js-jwt-hard-coded-key
jwt.sign({ sub: 'x' }, process.env.SIGNING_KEY);
// ok: js-jwt-hard-coded-key
jwt.verify(token, await keyOf(token), { algorithms: ['RS256'] });

// ruleid: js-jwt-decode-without-verify
const claims = jwt.decode(token);
// ok: js-jwt-decode-without-verify
const verified = jwt.verify(token, publicKey, { algorithms: ['RS256'] });
// ok: js-jwt-decode-without-verify
const decoded = decoder.decode(bytes);

app.get('/files', (req, res) => {
  const file = path.join('/srv/files', req.query.file);
  // ruleid: js-path-traversal-request-input
  fs.readFileSync(file);
  // ruleid: js-path-traversal-request-input
  res.sendFile('/srv/files/' + req.params.file);
  // ok: js-path-traversal-request-input
  fs.readFileSync(path.join('/srv/files', path.basename(req.query.file)));
  // ok: js-path-traversal-request-input
  fs.readFileSync('/srv/files/index.html');
});

app.get('/go', (req, res) => {
  // ruleid: js-open-redirect-request-input
  res.redirect(req.query.next);
  // ruleid: js-open-redirect-request-input
  res.redirect(302, req.query.next);
  // ok: js-open-redirect-request-input
  res.redirect('/login?next=' + encodeURIComponent(req.query.next));
  // ok: js-open-redirect-request-input
  res.redirect('/home');
});

export async function handler(event) {
  // ruleid: js-ssrf-request-input
  await fetch(event.queryStringParameters.url);
  const address = `http://${JSON.parse(event.body).host}/status`;
  // ruleid: js-ssrf-request-input
  await axios.get(address);
  // ok: js-ssrf-request-input
  await fetch(`https://api.example.com/orders/${encodeURIComponent(event.pathParameters.id)}`);
  // ok: js-ssrf-request-input
  await fetch('https://api.example.com/orders', { method: 'POST', body: event.body });
}

// ruleid: js-weak-hash
crypto.createHash('md5').update(data).digest('hex');
// ruleid: js-weak-hash
crypto.createHash('SHA1').update(data).digest('hex');
// ok: js-weak-hash
crypto.createHash('sha256').update(data).digest('hex');

// ruleid: js-random-for-secret
const resetToken = Math.random().toString(36).slice(2);
// ruleid: js-random-for-secret
user.apiKey = 'k' + Math.random();
// ok: js-random-for-secret
const sessionToken = crypto.randomBytes(32).toString('hex');
// ok: js-random-for-secret
const delay = 100 * Math.random();

// ruleid: js-cors-any-origin-with-credentials
app.use(cors({ origin: true, credentials: true }));
app.use((req, res, next) => {
  // ruleid: js-cors-any-origin-with-credentials
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  next();
});
// ok: js-cors-any-origin-with-credentials
app.use(cors({ origin: ['https://shop.example.com'], credentials: true }));
// ok: js-cors-any-origin-with-credentials
app.use(cors({ origin: '*' }));

// ruleid: js-post-message-any-origin
window.parent.postMessage({ user }, '*');
// ok: js-post-message-any-origin
window.parent.postMessage({ user }, 'https://shop.example.com');
// ok: js-post-message-any-origin
worker.postMessage({ user });

// ruleid: js-react-unsafe-html
React.createElement('div', { dangerouslySetInnerHTML: { __html: comment.html } });
// ok: js-react-unsafe-html
React.createElement('div', { dangerouslySetInnerHTML: { __html: DOMPurify.sanitize(comment.html) } });
// ok: js-react-unsafe-html
React.createElement('div', { className: 'comment' }, comment.text);
