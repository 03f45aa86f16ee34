// Live changes.
import { graphql } from "relay-runtime";

graphql`
  subscription FollowSubscription($topic: String, $since: String) {
    articleChanged(topic: $topic, since: $since) {
      articleId
      token
    }
  }
`;
