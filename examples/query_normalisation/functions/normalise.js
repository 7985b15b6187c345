// One order, no parameters that only count visits: more requests share an object in the cache.
var IGNORED = ['fbclid', 'gclid'];

function handler(event) {
  var request = event.request;
  var kept = [];
  Object.keys(request.querystring).sort().forEach(function (name) {
    if (IGNORED.includes(name) || name.startsWith('utm_')) return;
    var entry = request.querystring[name];
    (entry.multiValue || [entry]).forEach(function (one) { kept.push(name + '=' + one.value); });
  });
  request.querystring = kept.join('&');
  return request;
}
