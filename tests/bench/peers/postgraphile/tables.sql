-- The tables that the queries read; their names give PostGraphile's schema readable names.
CREATE TABLE provider (id bigint PRIMARY KEY, domain text NOT NULL UNIQUE, name text NOT NULL,
  description text);
CREATE TABLE topic (id bigint PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE article (id bigint PRIMARY KEY, node_id text NOT NULL, slug text NOT NULL UNIQUE,
  title text NOT NULL, excerpt text, published_at text COLLATE "C" NOT NULL, updated_at text NOT NULL,
  web_url text, original_url text, amp_url text, cdn_amp_url text, type text, category text,
  quality integer, heat integer, published boolean NOT NULL,
  provider_id bigint REFERENCES provider, body text NOT NULL, body_html text NOT NULL);
CREATE TABLE document (id bigint PRIMARY KEY REFERENCES article, path text NOT NULL,
  sha256 text NOT NULL, imported_at text NOT NULL, revision integer NOT NULL,
  front_matter json NOT NULL);
CREATE TABLE article_topic (article_id bigint NOT NULL REFERENCES article,
  topic_id bigint NOT NULL REFERENCES topic, position integer NOT NULL,
  published_at text COLLATE "C" NOT NULL, PRIMARY KEY (article_id, topic_id));
CREATE TABLE article_author (article_id bigint REFERENCES article, position integer,
  name text NOT NULL, url text, PRIMARY KEY (article_id, position));
CREATE TABLE article_image (article_id bigint REFERENCES article, position integer,
  url text NOT NULL, width integer, height integer, is_cached boolean, title text,
  attribution text, PRIMARY KEY (article_id, position));
CREATE TABLE provider_image (provider_id bigint REFERENCES provider, position integer,
  url text NOT NULL, width integer, height integer, PRIMARY KEY (provider_id, position));
CREATE TABLE link (id bigint PRIMARY KEY, article_id bigint NOT NULL REFERENCES article,
  position integer NOT NULL, target_id bigint REFERENCES article, title text NOT NULL,
  excerpt text, published_at text NOT NULL, web_url text, quality integer,
  provider_id bigint REFERENCES provider, UNIQUE (article_id, position));
CREATE TABLE link_image (link_id bigint REFERENCES link, position integer, url text NOT NULL,
  width integer, height integer, PRIMARY KEY (link_id, position));
