// A path without a dot is a page of the single-page app: all of them are one file, and one object in the cache.
function handler(event) {
  var request = event.request;
  if (!request.uri.split('/').pop().includes('.')) request.uri = '/index.html';
  return request;
}
