SELECT json_object('article', (
  SELECT json_object(
    'id', a.node_id, 'slug', a.slug, 'title', a.title, 'excerpt', a.excerpt,
    'publishedAt', nullif(a.published_at, ''), 'updatedAt', a.updated_at,
    'webUrl', coalesce(a.web_url, a.original_url, :site || '/articles/' || a.href),
    'originalUrl', a.original_url, 'ampUrl', a.amp_url, 'cdnAmpUrl', a.cdn_amp_url,
    'type', a.type, 'category', a.category, 'quality', a.quality, 'heat', a.heat,
    'published', json(CASE a.published WHEN 1 THEN 'true' ELSE 'false' END),
    'body', a.body, 'bodyHtml', a.body_html,
    'frontMatter', json(d.front_matter),
    'source', json_object('path', d.path, 'sha256', d.sha256, 'importedAt', d.imported_at,
                          'revision', d.revision),
    'provider', (
      SELECT json_object('name', p.name, 'domain', p.domain, 'description', p.description,
        'images', (SELECT json_group_array(json_object('url', url, 'width', width,
                                                       'height', height))
                   FROM (SELECT url, width, height FROM provider_image
                         WHERE provider_id = p.id ORDER BY position)))
      FROM provider p WHERE p.id = a.provider_id),
    'topics', (SELECT json_group_array(json_object('name', name, 'slug', slug))
               FROM (SELECT t.name, t.slug FROM article_topic f JOIN topic t ON t.id = f.topic_id
                     WHERE f.article_id = a.id ORDER BY f.position)),
    'images', (
      SELECT json_group_array(json_object('url', url, 'width', width, 'height', height,
        'isCached', json(CASE is_cached WHEN 1 THEN 'true' WHEN 0 THEN 'false' END),
        'title', title, 'attribution', attribution))
      FROM (SELECT * FROM article_image WHERE article_id = a.id ORDER BY position)),
    'authors', (SELECT json_group_array(json_object('name', name, 'url', url))
                FROM (SELECT name, url FROM article_author
                      WHERE article_id = a.id ORDER BY position)),
    'related', (
      SELECT json_group_array(json_object(
        'position', l.position, 'title', l.title, 'excerpt', l.excerpt,
        'publishedAt', nullif(l.published_at, ''),
        'webUrl', coalesce(l.web_url, l.original_url), 'quality', l.quality,
        'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                     FROM provider p WHERE p.id = l.provider_id),
        'images', (SELECT json_group_array(json_object('url', url, 'width', width,
                                                       'height', height))
                   FROM (SELECT url, width, height FROM link_image
                         WHERE link_id = l.id ORDER BY position)),
        'article', (SELECT json_object('slug', b.slug, 'title', b.title)
                    FROM article b WHERE b.id = l.target_id)))
      FROM (SELECT * FROM link WHERE article_id = a.id ORDER BY position) l),
    'relatedBy', (
      SELECT json_object(
        'edges', json_group_array(json_object('node', json_object(
          'slug', b.slug, 'title', b.title, 'publishedAt', nullif(b.published_at, ''),
          'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                       FROM provider p WHERE p.id = b.provider_id)))) FILTER (WHERE place <= 10),
        'pageInfo', json_object(
          'endCursor', max(CASE place WHEN min(10, size)
                           THEN lower(hex('newest|' || b.published_at || '|' || b.id)) END),
          'hasNextPage', json(CASE WHEN max(place) > 10 THEN 'true' ELSE 'false' END)))
      FROM (SELECT *, row_number() OVER () AS place, count(*) OVER () AS size
            FROM (SELECT id, slug, title, published_at, provider_id FROM article
                  WHERE id IN (SELECT article_id FROM link WHERE target_id = a.id)
                  ORDER BY date_order DESC, id LIMIT 11)) b))
  FROM article a JOIN document d ON d.id = a.id WHERE a.slug = :slug))
