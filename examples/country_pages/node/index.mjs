// origin-request: runs on a miss only; its page is cached under the viewer's country.
const products = { DE: ["Becher", "9,50 €"], GB: ["Mug", "£8.20"] };
const elsewhere = ["Mug", "$10.00"];

export const handler = async (event) => {
  const { headers } = event.Records[0].cf.request;
  const country = headers["cloudfront-viewer-country"]?.[0].value ?? "";
  const [name, price] = products[country] ?? elsewhere;
  console.log(`rendering for ${country}`);
  return {
    status: "200",
    headers: {
      "content-type": [{ key: "Content-Type", value: "text/html; charset=utf-8" }],
      "cache-control": [{ key: "Cache-Control", value: "max-age=300" }],
    },
    body: `<h1>${name}</h1><p>${price}</p>\n`,
  };
};
