// viewer-request: without a token that the list knows, a request ends here; the app never sees it.
const { createHash } = require("node:crypto");
const names = new Map(Object.entries(require("./tokens.json")));

exports.handler = async (event) => {
  const { request } = event.Records[0].cf;
  const name = nameOf(request.headers.authorization || []);
  if (name === undefined) return unauthorized;
  delete request.headers.authorization;
  request.headers["x-viewer-name"] = [{ key: "X-Viewer-Name", value: name }];
  return request;
};

const nameOf = (authorization) => {
  const [, token] = authorization.map(({ value }) => /^bearer +(\S+)/i.exec(value)).find(Boolean) || [];
  return token && names.get(createHash("sha256").update(token).digest("hex"));
};

const unauthorized = {
  status: "401",
  statusDescription: "Unauthorized",
  headers: {
    "content-type": [{ key: "Content-Type", value: "text/plain" }],
    "www-authenticate": [{ key: "WWW-Authenticate", value: "Bearer" }],
  },
  body: "A token, please.\n",
};
