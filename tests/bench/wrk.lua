-- Builds wrk's requests, and prints its result as one line of JSON.
-- BENCH_BODY is the path of a file with a body to POST in each line, which are sent in turns;
-- without it the request is a GET. BENCH_HEADERS has lines of "Name: value". @@MOMENT@@ in a body
-- is replaced by another time in each request, from BENCH_FROM (seconds since 1970) on.

local headers = {}
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]*)") do
  headers[name] = value
end
wrk.headers = headers

local path = os.getenv("BENCH_BODY")
if path then
  headers["Content-Type"] = "application/json"
  wrk.method = "POST"
  local bodies, has_times = {}, false
  for text in io.lines(path) do
    local from, to = text:find("@@MOMENT@@", 1, true)
    if from then
      has_times = true
      table.insert(bodies, { before = text:sub(1, from - 1), after = text:sub(to + 1) })
    else
      table.insert(bodies, { fixed_text = text })
    end
  end
  wrk.body = bodies[1].fixed_text
  if has_times or #bodies > 1 then
    local time, index = tonumber(os.getenv("BENCH_FROM")), 0
    -- wrk.init only formats the fixed request, so the others are formatted here.
    function init()
      for _, body in ipairs(bodies) do
        if body.fixed_text then
          body.text = wrk.format("POST", nil, headers, body.fixed_text)
        end
      end
    end
    function request()
      index = index % #bodies + 1
      local body = bodies[index]
      if body.text then return body.text end
      time = time + 1
      local text = os.date("!%Y-%m-%dT%H:%M:%SZ", time)
      return wrk.format("POST", nil, headers, body.before .. text .. body.after)
    end
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.3f,"p99":%.3f,"max":%.3f,' ..
    '"refused":%d,"broken":%d,"bad_status":%d,"timeouts":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect, errors.read + errors.write, errors.status, errors.timeout))
end
