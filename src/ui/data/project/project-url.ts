import { useSyncExternalStore } from 'react';
import { shownProject, watchProject } from './project.ts';

const none = () => null;

/** An address of ours that a browser asks for without our header: the tab's project stands in its query. */
export function projectUrl(path: string, project: string | null = shownProject()): string {
  if (project === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}project=${encodeURIComponent(project)}`;
}

/** The same for links that are drawn before it is known which project it is. */
export function useProjectUrl(path: string): string {
  return projectUrl(path, useSyncExternalStore(watchProject, shownProject, none));
}
