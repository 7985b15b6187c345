// On every response, hits included. What the app says of its own frames stands.
function handler(event) {
  var response = event.response;
  var headers = response.headers;
  headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload' };
  headers['content-security-policy'] = { value: "default-src 'self'" };
  headers['x-content-type-options'] = { value: 'nosniff' };
  headers['referrer-policy'] = { value: 'same-origin' };
  if (!headers['x-frame-options']) headers['x-frame-options'] = { value: 'DENY' };
  delete headers['x-powered-by'];
  return response;
}
