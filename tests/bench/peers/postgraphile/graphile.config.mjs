// PostGraphile 5: the Amber preset, filters, no watch mode; JSON columns as JSON.
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

export default {
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.BENCH_DATABASE,
      schemas: ['public'],
      poolConfig: { max: 10 }
    })
  ],
  grafserv: {
    port: Number(process.env.PORT),
    host: '127.0.0.1',
    graphiql: false,
    watch: false,
    maxRequestLength: 1000000
  },
  grafast: { explain: false }
}
