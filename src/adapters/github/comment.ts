import type { Comment } from '../../app/github/ports.ts';

interface RawComment {
  readonly id: number;
  readonly body?: string | null;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly performed_via_github_app?: { readonly id: number } | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A comment as the API tells it, reduced to what decides whether it counts. */
export function readComment(comment: RawComment): Comment {
  return {
    id: comment.id,
    body: comment.body ?? '',
    author: { login: comment.user?.login ?? '', isPerson: comment.user?.type === 'User' },
    app: comment.performed_via_github_app?.id,
    isEdited: comment.created_at !== comment.updated_at,
    // Newer than the types that we have.
    isHidden: 'minimized' in comment && comment.minimized !== null && comment.minimized !== undefined,
  };
}
