-- Paths in turn: "{any:N}" stands for a number below N, "{burst}" for one that N=16 requests after one another share.
local paths, headers, many, formatted, count = {}, {}, false, {}, 0

function init(args)
  math.randomseed(tonumber(args[1]))
  for i = 2, #args do
    local name, value = args[i]:match("^header:(.-)=(.*)$")
    if name then headers[name] = value else paths[#paths + 1] = args[i] end
  end
  for i, path in ipairs(paths) do
    if path:find("{", 1, true) then many = true end
    formatted[i] = wrk.format("GET", path, headers)
  end
end

function request()
  count = count + 1
  local at = count % #paths + 1
  if not many then return formatted[at] end
  local path = paths[at]:gsub("{any:(%d+)}", function(most) return math.random(0, tonumber(most) - 1) end)
  path = path:gsub("{burst}", function() return math.floor(count / 16) end)
  return wrk.format("GET", path, headers)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
