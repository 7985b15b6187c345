function handler(event) {
  event.response.headers['x-site'] = { value: 'example' };
  return event.response;
}
