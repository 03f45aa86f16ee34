CREATE INDEX ON article (published_at DESC, id);
CREATE INDEX ON article (provider_id, published_at DESC, id);
CREATE INDEX ON article_topic (topic_id, published_at DESC, article_id);
CREATE INDEX ON article_topic (article_id, position);
CREATE INDEX ON link (target_id);
CREATE INDEX ON link (provider_id);
VACUUM ANALYZE;
