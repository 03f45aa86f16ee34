-- A request of wrk, and its result as one line of JSON.
-- BENCH_BODY names a file with one body to POST in each line, sent in turns; without it the
-- request is a GET. BENCH_HEADERS has lines of "Name: value". Where a body has @@MOMENT@@, each
-- request has another moment, from BENCH_FROM (seconds since 1970) on.

local headers = {}
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]*)") do
  headers[name] = value
end
wrk.headers = headers

local path = os.getenv("BENCH_BODY")
if path then
  headers["Content-Type"] = "application/json"
  wrk.method = "POST"
  local questions, changing = {}, false
  for body in io.lines(path) do
    local from, to = body:find("@@MOMENT@@", 1, true)
    if from then
      changing = true
      table.insert(questions, { before = body:sub(1, from - 1), after = body:sub(to + 1) })
    else
      table.insert(questions, { whole = body })
    end
  end
  wrk.body = questions[1].whole
  if changing or #questions > 1 then
    local moment, turn = tonumber(os.getenv("BENCH_FROM")), 0
    -- wrk.init makes the fixed request's text only; these are made here.
    function init()
      for _, question in ipairs(questions) do
        if question.whole then
          question.text = wrk.format("POST", nil, headers, question.whole)
        end
      end
    end
    function request()
      turn = turn % #questions + 1
      local question = questions[turn]
      if question.text then return question.text end
      moment = moment + 1
      local text = os.date("!%Y-%m-%dT%H:%M:%SZ", moment)
      return wrk.format("POST", nil, headers, question.before .. text .. question.after)
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
