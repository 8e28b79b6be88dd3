import { useEffect } from 'react';
import { NewRunForm } from './NewRunForm';
import { RunList } from './RunList';
import classes from './RunsPage.module.css';

export function RunsPage() {
  useEffect(() => {
    document.title = 'AIdeator';
  }, []);
  return (
    <div className={classes.page}>
      <NewRunForm />
      <RunList />
    </div>
  );
}
