import cf from 'cloudfront';

const redirects = cf.kvs();

async function handler(event) {
  const request = event.request;
  try {
    const target = await redirects.get(request.uri);
    return {
      statusCode: 302,
      statusDescription: 'Found',
      headers: { location: { value: target } },
    };
  } catch (error) {
    return request; // the store has no such key
  }
}
