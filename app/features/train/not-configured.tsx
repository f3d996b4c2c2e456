import styles from "./train-view.module.css";

/** What an administrator has to do for a state of the train. */
export function NotConfigured() {
  return (
    <div className={styles.main}>
      <p>No worker reads the state of the train.</p>
      <p className={styles.hint}>
        Set <code>SCAP_STAGING_DIR</code> for the workers on the deployment host to scap’s staging directory,
        and restart them. <code>docs/train.md</code> describes the other settings.
      </p>
    </div>
  );
}
